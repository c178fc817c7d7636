import { Button, Checkbox, Group, Menu, ScrollArea, Stack, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconColumns } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAttributes, type ContactSummary } from "@/api/contacts";
import type { Column } from "@/kit/DataTable";
import { When } from "@/kit/When";
import { Avatar } from "./Avatar";
import { labelOf, nameOf, underName } from "./names";
import { Value } from "./value";

export const DEFAULT_COLUMNS = ["user_id", "lifecycle_stage", "last_seen"];
const OWN = ["user_id", "id", "first_seen", "last_seen"] as const;
type Own = (typeof OWN)[number];
/** Below 900 px: what rarely tells people apart. */
const NARROWLY_LEFT_OUT = new Set(["first_seen", "id", "user_id"]);
const IN_NAME = new Set(["email", "first_name", "last_name", "name"]);

/** Which columns this browser shows. */
export function useChosenColumns(): [string[], (chosen: string[]) => void] {
  const [chosen, choose] = useLocalStorage({ key: "stepwell.contacts.columns", defaultValue: DEFAULT_COLUMNS, getInitialValueInEffect: false });
  return [chosen, choose];
}

function isOwn(name: string): name is Own {
  return (OWN as readonly string[]).includes(name);
}

export function useContactColumns(chosen: readonly string[]): Column<ContactSummary>[] {
  const { t } = useTranslation("contacts");
  return [
    { key: "contact", title: t("columns.contact"), cell: (row) => <Person contact={row} /> },
    ...chosen.map((name): Column<ContactSummary> => {
      const title = isOwn(name) ? t(`columns.${name}`) : labelOf(name);
      return { key: name, title, wideOnly: NARROWLY_LEFT_OUT.has(name), cell: (row) => <Cell contact={row} name={name} /> };
    }),
  ];
}

function Person({ contact }: { contact: ContactSummary }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Avatar contact={contact} />
      <div style={{ minWidth: 0 }}>
        <Link to="/contacts/$contact" params={{ contact: contact.id }} tabIndex={-1} style={{ color: "inherit", textDecoration: "none", fontWeight: 550 }}>
          {nameOf(contact)}
        </Link>
        <Text size="xs" c="dimmed" truncate maw={280}>
          {underName(contact)}
        </Text>
      </div>
    </Group>
  );
}

function Cell({ contact, name }: { contact: ContactSummary; name: string }) {
  if (name === "first_seen" || name === "last_seen") return <When at={contact[name]} />;
  if (name === "user_id" || name === "id") {
    return contact[name] === "" ? <Value value={null} /> : (
      <Text component="span" size="xs" ff="monospace">
        {contact[name]}
      </Text>
    );
  }
  return <Value value={contact.traits[name]} />;
}

/** Chooses columns: what every contact has, and the workspace's attributes. */
export function ColumnsMenu({ chosen, onChange }: { chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  const { t } = useTranslation("contacts");
  const attributes = useAttributes();
  const names = [...OWN, ...new Set([...(attributes.data ?? []).map((one) => one.name).filter((name) => !IN_NAME.has(name)), ...chosen.filter((name) => !isOwn(name))])];
  function toggle(name: string): void {
    onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  }
  return (
    <Menu closeOnItemClick={false} position="bottom-end" width={260} trapFocus={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconColumns size={16} />}>
          {t("columns.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={360} p="xs">
          <Stack gap={8} role="group" aria-label={t("columns.button")}>
            {names.map((name) => (
              <Checkbox key={name} size="xs" label={isOwn(name) ? t(`columns.${name}`) : labelOf(name)} checked={chosen.includes(name)} onChange={() => toggle(name)} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Menu.Divider />
        <Menu.Item onClick={() => onChange(DEFAULT_COLUMNS)}>{t("columns.reset")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
