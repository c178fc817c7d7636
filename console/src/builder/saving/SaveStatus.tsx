import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SaveState } from "./saver";
import classes from "./Saving.module.css";

/** Says whether the draft is safe. */
export function SaveStatus({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
  const { t, i18n } = useTranslation("builder");
  const time = (at: string): string => new Intl.DateTimeFormat(i18n.language, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
  const text = {
    saved: () => (state.kind === "saved" && state.at !== "" ? t("save.saved_at", { time: time(state.at) }) : t("save.saved")),
    dirty: () => t("save.dirty"),
    saving: () => t("save.saving"),
    offline: () => t("save.offline"),
    failed: () => t("save.failed"),
    conflict: () => t("save.conflict"),
  }[state.kind]();
  const icon = {
    saved: <IconCloudCheck size={16} />,
    dirty: <IconPencil size={16} />,
    saving: <Loader size={12} />,
    offline: <IconCloudOff size={16} />,
    failed: <IconAlertTriangle size={16} />,
    conflict: <IconAlertTriangle size={16} />,
  }[state.kind];
  return (
    <span className={classes["status"]} role="status" data-state={state.kind} title={state.kind === "failed" ? state.message : undefined}>
      {icon}
      <span className={classes["word"]}>{text}</span>
      {state.kind === "failed" || state.kind === "offline" ? (
        <Button size="compact-xs" variant="subtle" onClick={onRetry}>
          {t("save.retry")}
        </Button>
      ) : null}
    </span>
  );
}
