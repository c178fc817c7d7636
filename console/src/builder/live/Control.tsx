import { IconHandStop, IconPlayerPause, IconPlayerPlay, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkflowsChanged, workflows } from "@/api/workflows";
import { Confirm } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import type { WorkflowDraft } from "../api";
import { PauseDialog } from "./PauseDialog";
import { StartDialog } from "./StartDialog";

type Asked = "start" | "pause" | "stop" | "resume" | null;

/** Start for contacts, pause, resume, stop. */
export function Control({ draft, inFlight }: { draft: WorkflowDraft; inFlight: number }) {
  const { t } = useTranslation("live");
  const changed = useWorkflowsChanged();
  const [asked, setAsked] = useState<Asked>(null);
  const name = draft.name || draft.id;
  const close = (): void => setAsked(null);
  const held = draft.status === "paused" || draft.status === "paused_discard";
  const runs = draft.status === "active" || held || draft.status === "draining";
  return (
    <>
      {draft.status === "active" ? (
        <MayButton size="xs" right="publish" variant="default" leftSection={<IconUserPlus size={15} />} onClick={() => setAsked("start")}>
          {t("control.start")}
        </MayButton>
      ) : null}
      {held ? (
        <MayButton size="xs" right="publish" leftSection={<IconPlayerPlay size={15} />} onClick={() => setAsked("resume")}>
          {t("control.resume")}
        </MayButton>
      ) : draft.status === "active" ? (
        <MayButton size="xs" right="publish" variant="default" leftSection={<IconPlayerPause size={15} />} onClick={() => setAsked("pause")}>
          {t("control.pause")}
        </MayButton>
      ) : null}
      {runs ? (
        <MayButton size="xs" right="publish" variant="light" color="red" leftSection={<IconHandStop size={15} />} onClick={() => setAsked("stop")}>
          {t("control.stop")}
        </MayButton>
      ) : null}
      {asked === "start" ? <StartDialog workflow={draft.id} name={name} onClose={close} /> : null}
      {asked === "pause" ? <PauseDialog workflow={draft.id} name={name} onClose={close} /> : null}
      {asked === "resume" ? (
        <Confirm
          opened
          title={t("resume.title", { name })}
          action={t("control.resume")}
          onClose={close}
          onConfirm={async () => {
            await workflows.resume(draft.id);
            await changed();
          }}
        >
          {t("resume.text", { count: inFlight })}
        </Confirm>
      ) : null}
      {asked === "stop" ? (
        <Confirm
          opened
          danger
          title={t("stop.title", { name })}
          action={t("control.stop")}
          phrase={draft.id}
          onClose={close}
          onConfirm={async () => {
            await workflows.stop(draft.id);
            await changed();
          }}
        >
          {t("stop.text", { count: inFlight })}
        </Confirm>
      ) : null}
    </>
  );
}
