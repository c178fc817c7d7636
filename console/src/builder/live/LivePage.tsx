import { Center, Loader, Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { useUrlState } from "@/kit/useUrlState";
import type { TabProps } from "@/pages/workflows/slots";
import { GraphView } from "../GraphView";
import { fromDocument } from "../model/document";
import { useVersions } from "../versions/data";
import { useViews } from "../words";
import { AtNode } from "./AtNode";
import { Control } from "./Control";
import { countsOf, type LiveNode, useLive, useVersion } from "./data";
import { Explained } from "./Explained";
import { Figures } from "./Figures";
import { Overview } from "./Overview";
import classes from "./Live.module.css";

/** A workflow as it runs: counts on the canvas, where contacts leave it, who stands where and why. */
export default function LivePage({ draft, catalogue }: TabProps) {
  const { t } = useTranslation("live");
  const [{ version: asked, at, who }, set] = useUrlState({ version: "", at: "", who: "" });
  const version = Number(asked) || draft.live_version;
  const live = useLive(draft.id, version);
  const drawn = useVersion(draft.id, version);
  const versions = useVersions(draft.id);
  const views = useViews();
  const graph = useMemo(() => (drawn.data === undefined ? null : fromDocument(drawn.data.workflow)), [drawn.data]);
  const counts = useMemo(() => (live.data === undefined ? undefined : countsOf(live.data.nodes)), [live.data]);
  if (draft.live_version === 0 && version === 0) return <EmptyState art="signal" title={t("never.title")} text={t("never.text")} />;
  const error = live.data === undefined ? live.error : drawn.error;
  if (error !== null) return <ErrorState error={error} again={() => void Promise.all([live.refetch(), drawn.refetch()])} />;
  if (live.data === undefined || graph === null || counts === undefined) {
    return (
      <Center mih={300}>
        <Loader type="dots" role="status" aria-label={t("loading")} />
      </Center>
    );
  }
  const nodes = live.data.nodes.filter((node) => node.drawn_node === at);
  const selected = graph.nodes.find((node) => node.id === at);
  const titleOf = ({ drawn_node: drawnAs, name }: LiveNode): string => {
    const node = graph.nodes.find((one) => one.id === drawnAs);
    return node === undefined ? name : views.of(node).title;
  };
  return (
    <div className={classes["live"]}>
      <div className={classes["head"]}>
        <Figures live={live.data} />
        <div className={classes["tools"]}>
          <span className={classes["fresh"]} role="status">
            <span className={classes["dot"]} data-off={live.isError} aria-hidden />
            {live.isError ? t("stale") : t("fresh")}
          </span>
          <Select
            w={136}
            size="xs"
            aria-label={t("version")}
            value={String(version)}
            allowDeselect={false}
            data={(versions.items.length > 0 ? versions.items : [{ version, live: version === draft.live_version }]).map((one) => ({ value: String(one.version), label: one.live ? t("version_live", { number: one.version }) : t("version_old", { number: one.version }) }))}
            onChange={(value) => set({ version: value === String(draft.live_version) ? "" : (value ?? ""), at: "", who: "" })}
          />
          <Control draft={draft} inFlight={live.data.in_flight} />
        </div>
      </div>
      <div className={classes["body"]}>
        <div className={classes["canvas"]}>
          <GraphView graph={graph} catalogue={catalogue} counts={counts} selected={at} onSelect={(node) => node !== at && set({ at: node ?? "", who: "" }, { replace: true })} />
        </div>
        <aside className={classes["side"]} aria-label={t("side")}>
          {who !== "" ? (
            <Explained workflow={draft.id} contact={who} onBack={() => set({ who: "" })} onNode={(node) => set({ at: live.data.nodes.find((one) => one.node === node)?.drawn_node ?? "" }, { replace: true })} />
          ) : selected !== undefined && nodes.length > 0 ? (
            <AtNode key={`${at}/${version}`} workflow={draft.id} version={version} title={views.of(selected).title} nodes={nodes} onBack={() => set({ at: "" })} onContact={(contact) => set({ who: contact })} />
          ) : (
            <Overview workflow={draft.id} live={live.data} titleOf={titleOf} onNode={(node) => set({ at: node })} onContact={(contact) => set({ who: contact })} />
          )}
        </aside>
      </div>
    </div>
  );
}
