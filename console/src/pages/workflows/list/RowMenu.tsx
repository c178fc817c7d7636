import { ActionIcon, Menu, Stack, TextInput } from "@mantine/core";
import { IconCopy, IconDots, IconDownload, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { idOf, saveFile, useWorkflowsChanged, workflows, type WorkflowSummary } from "@/api/workflows";
import { PauseDialog } from "@/builder/live/PauseDialog";
import { Confirm } from "@/kit/Confirm";
import { toast } from "@/kit/toast";
import { useMay } from "@/session/me";

type Asked = "copy" | "pause" | "delete" | null;

/** What one may do with a workflow without opening it. */
export function RowMenu({ row }: { row: WorkflowSummary }) {
  const { t } = useTranslation(["workflows", "kit"]);
  const changed = useWorkflowsChanged();
  const mayEdit = useMay("edit");
  const mayPublish = useMay("publish");
  const [asked, setAsked] = useState<Asked>(null);
  const [running, setRunning] = useState(false);
  const name = row.name || row.id;
  const close = (): void => setAsked(null);
  const held = row.status === "paused" || row.status === "paused_discard";
  const live = row.status === "active";
  const attempt = (work: () => Promise<unknown>, said?: string): void => {
    setRunning(true);
    work()
      .then(() => said !== undefined && toast.done(said), toast.failed)
      .finally(() => setRunning(false));
  };
  const edit = mayEdit ? {} : { disabled: true, title: t("kit:may.edit") };
  const publish = mayPublish ? {} : { disabled: true, title: t("kit:may.publish") };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={t("menu.label", { name })} loading={running}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} />} {...edit} onClick={() => setAsked("copy")}>
            {t("menu.duplicate")}
          </Menu.Item>
          {held ? (
            <Menu.Item
              leftSection={<IconPlayerPlay size={16} />}
              {...publish}
              onClick={() => attempt(async () => { await workflows.resume(row.id); await changed(); }, t("menu.resumed", { name }))}
            >
              {t("menu.resume")}
            </Menu.Item>
          ) : live ? (
            <Menu.Item leftSection={<IconPlayerPause size={16} />} {...publish} onClick={() => setAsked("pause")}>
              {t("menu.pause")}
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => attempt(async () => saveFile(`${row.id}.yaml`, await workflows.yaml(row.id)))}>
            {t("menu.export")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            {...publish}
            {...(row.managed_by === "git" ? { disabled: true, title: t("menu.delete_git") } : live || held ? { disabled: true, title: t("menu.delete_live") } : {})}
            onClick={() => setAsked("delete")}
          >
            {t("menu.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "copy" ? <Duplicate row={row} onClose={close} onDone={changed} /> : null}
      {asked === "pause" ? <PauseDialog workflow={row.id} name={name} onClose={close} /> : null}
      {asked === "delete" ? (
        <Confirm
          opened
          danger
          title={t("delete.title", { name })}
          action={t("menu.delete")}
          phrase={row.id}
          onClose={close}
          onConfirm={async () => {
            await workflows.remove(row.id);
            await changed();
          }}
        >
          {t("delete.text")}
        </Confirm>
      ) : null}
    </>
  );
}

function Duplicate({ row, onClose, onDone }: { row: WorkflowSummary; onClose: () => void; onDone: () => Promise<void> }) {
  const { t } = useTranslation("workflows");
  const navigate = useNavigate();
  const [name, setName] = useState(t("duplicate.name", { name: row.name || row.id }));
  const [tail] = useState(() => Date.now().toString(36).slice(-4));
  return (
    <Confirm
      opened
      title={t("duplicate.title")}
      action={t("duplicate.action")}
      onClose={onClose}
      onConfirm={async () => {
        const made = await workflows.duplicate(row.id, idOf(name, tail), name.trim() || row.name);
        await onDone();
        void navigate({ to: "/workflows/$workflow", params: { workflow: made.id } });
      }}
    >
      <Stack gap="sm">
        {t("duplicate.text")}
        <TextInput label={t("create.name")} value={name} maxLength={120} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
      </Stack>
    </Confirm>
  );
}
