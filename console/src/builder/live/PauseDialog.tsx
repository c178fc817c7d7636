import { Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkflowsChanged, workflows } from "@/api/workflows";
import { Confirm } from "@/kit/Confirm";

/** Pausing has two meanings, and one of them cannot be undone. */
export function PauseDialog({ workflow, name, onClose }: { workflow: string; name: string; onClose: () => void }) {
  const { t } = useTranslation("live");
  const changed = useWorkflowsChanged();
  const [mode, setMode] = useState("hold");
  return (
    <Confirm
      opened
      danger={mode === "discard"}
      title={t("pause.title", { name })}
      action={t("pause.action")}
      onClose={onClose}
      onConfirm={async () => {
        await workflows.pause(workflow, mode === "discard");
        await changed();
      }}
    >
      <Stack>
        {t("pause.text")}
        <Radio.Group value={mode} onChange={setMode} label={t("pause.due")}>
          <Stack gap="sm" mt="xs">
            <Radio value="hold" label={t("pause.hold")} description={t("pause.hold_text")} />
            <Radio value="discard" label={t("pause.discard")} description={t("pause.discard_text")} />
          </Stack>
        </Radio.Group>
      </Stack>
    </Confirm>
  );
}
