import { useMutation } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { useWorkspace } from "@/api/workspace";
import { EmptyState } from "@/kit/EmptyState";
import { Failure } from "@/kit/Confirm";
import type { TabProps } from "@/pages/workflows/slots";
import { GraphView } from "../GraphView";
import { lightOf, momentOf, stopsOf, type Tried } from "./journey";
import { Player } from "./Player";
import { firstSetup, requestOf, type Setup } from "./setup";
import { SetupForm } from "./SetupForm";
import { Steps } from "./Steps";
import classes from "./Try.module.css";

const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Plays the draft for one contact in virtual time: nothing is stored, nothing is sent. */
export default function TryPage({ draft, catalogue, graph }: TabProps) {
  const { t } = useTranslation("tryout");
  const workspace = useWorkspace();
  const [setup, setSetup] = useState<Setup>(() => firstSetup(OWN_ZONE));
  const [at, setAt] = useState(0);
  const [node, setNode] = useState("");
  // The graph that was played: edits in another window must not shift the path below it.
  const played = useMutation({
    mutationFn: async (asked: Setup) => ({ graph, told: await body(api.POST("/api/v1/workflows/{workflow}/try", { params: { path: { workflow: draft.id } }, body: requestOf(asked, graph) })) }),
    onSuccess: ({ told }) => {
      setAt(stopsOf(told).at(-1) ?? 0);
      setNode("");
    },
  });
  const shown = played.data?.graph ?? graph;
  const told = played.data?.told;
  const moment = useMemo(() => (told === undefined ? null : momentOf(told, at)), [told, at]);
  const light = useMemo(() => (told === undefined || moment === null ? null : lightOf(shown, told, moment)), [shown, told, moment]);
  const zone = zoneOf(told, workspace.data?.timeZone);
  const select = useCallback((next: string | null) => setNode(next ?? ""), []);
  return (
    <div className={classes["try"]}>
      <SetupForm setup={setup} onChange={setSetup} graph={graph} running={played.isPending} onPlay={() => played.mutate(setup)} />
      <div className={classes["middle"]}>
        <div className={classes["canvas"]}>
          <GraphView graph={shown} catalogue={catalogue} selected={node} onSelect={select} {...(light === null ? {} : { marks: light.marks, wayMarks: light.wayMarks })} />
        </div>
        {told === undefined ? null : <Player tried={told} at={at} onAt={setAt} zone={zone} />}
      </div>
      <aside className={classes["side"]} aria-label={t("result")} aria-live="polite">
        {played.error !== null ? (
          <div style={{ padding: 16 }}>
            <Failure error={played.error} />
          </div>
        ) : told === undefined || moment === null ? (
          <EmptyState compact art="flow" title={t("empty.title")} text={t("empty.text")} />
        ) : (
          <Steps workflow={draft.id} graph={shown} tried={told} setup={setup} moment={moment} zone={zone} node={node} onNode={setNode} onAt={setAt} />
        )}
      </aside>
    </div>
  );
}

function zoneOf(tried: Tried | undefined, workspace: string | undefined): string {
  const zone = tried?.traits["time_zone"];
  const named = typeof zone === "string" && zone !== "" ? zone : (workspace ?? "UTC");
  try {
    return new Intl.DateTimeFormat("en", { timeZone: named }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
