import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageId, messages, useMessagesChanged, type MessageSummary } from "@/api/templates";
import { Confirm } from "@/kit/Confirm";
import { useMay } from "@/session/me";
import classes from "./List.module.css";

/** What one may do with a message without opening it. */
export function MessageMenu({ row }: { row: MessageSummary }) {
  const { t } = useTranslation(["templates", "kit"]);
  const mayEdit = useMay("edit");
  const [asked, setAsked] = useState<"copy" | "delete" | null>(null);
  const edit = mayEdit ? {} : { disabled: true, title: t("kit:may.edit") };
  return (
    <span className={classes["menu"]}>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={t("menu.label", { name: row.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} />} {...edit} onClick={() => setAsked("copy")}>
            {t("menu.duplicate")}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} color="red" {...edit} onClick={() => setAsked("delete")}>
            {t("menu.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "copy" ? <Copying row={row} onClose={() => setAsked(null)} /> : null}
      {asked === "delete" ? <Deleting row={row} onClose={() => setAsked(null)} /> : null}
    </span>
  );
}

function Copying({ row, onClose }: { row: MessageSummary; onClose: () => void }) {
  const { t } = useTranslation("templates");
  const navigate = useNavigate();
  const changed = useMessagesChanged();
  const [name, setName] = useState(t("copy.name", { name: row.name }));
  async function copy(): Promise<void> {
    const made = await messages.duplicate(row.id, messageId(name), name.trim());
    await changed();
    await navigate({ to: "/templates/$template", params: { template: made.id } });
  }
  return (
    <Confirm opened onClose={onClose} title={t("copy.title")} action={t("copy.action")} onConfirm={copy}>
      <TextInput label={t("field.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} />
    </Confirm>
  );
}

function Deleting({ row, onClose }: { row: MessageSummary; onClose: () => void }) {
  const { t } = useTranslation("templates");
  const changed = useMessagesChanged();
  const live = row.used_by.filter((one) => one.live);
  async function remove(): Promise<void> {
    await messages.remove(row.id);
    await changed();
  }
  return (
    <Confirm opened onClose={onClose} title={t("remove.title", { name: row.name })} action={t("menu.delete")} onConfirm={remove} danger>
      {t(live.length > 0 ? "remove.live" : row.used_by.length > 0 ? "remove.used" : "remove.text")}
      {row.used_by.length > 0 ? (
        <ul>
          {row.used_by.map((one) => (
            <li key={one.id}>
              <Link to="/workflows/$workflow" params={{ workflow: one.id }}>
                {one.name}
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </Confirm>
  );
}
