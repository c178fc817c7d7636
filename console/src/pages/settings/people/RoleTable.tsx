import { Accordion, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useRoleRights, type RoleRight } from "@/api/team";
import { ROLES, roleOf } from "@/session/roles";
import { Card, Loaded } from "../Card";

/** Rights by topic, in the server's order. */
export function byTopic(rights: readonly RoleRight[]): [string, RoleRight[]][] {
  const found = new Map<string, RoleRight[]>();
  for (const right of rights) found.set(right.topic, [...(found.get(right.topic) ?? []), right]);
  return [...found];
}

/** What each role may do, as the server checks it. */
export function RoleTable() {
  const { t, i18n } = useTranslation(["settings", "app"]);
  const rights = useRoleRights();
  const named = (topic: string): string => {
    const key = topic.toLowerCase().replaceAll(" ", "_");
    return i18n.exists(`settings:roles.topics.${key}`) ? t(`roles.topics.${key as "contacts"}`) : topic;
  };
  return (
    <Card title={t("roles.title")} text={t("roles.text")}>
      <Table.ScrollContainer minWidth={480}>
        <Table mb="md" withRowBorders={false} verticalSpacing={4}>
          <Table.Tbody>
            {ROLES.map((role) => (
              <Table.Tr key={role}>
                <Table.Th w={140}>{t(`app:role.${role}.name`)}</Table.Th>
                <Table.Td>{t(`roles.may.${role}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Loaded query={rights}>
        {(list) => (
          <Accordion chevronPosition="left" styles={{ label: { paddingBlock: 10 } }}>
            {byTopic(list).map(([topic, some]) => (
              <Accordion.Item key={topic} value={topic}>
                <Accordion.Control>
                  <Text size="sm" fw={550}>
                    {named(topic)}{" "}
                    <Text span c="dimmed" size="sm">
                      {t("roles.count", { count: some.length })}
                    </Text>
                  </Text>
                </Accordion.Control>
                <Accordion.Panel>
                  <Rights rights={some} topic={named(topic)} />
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        )}
      </Loaded>
    </Card>
  );
}

function Rights({ rights, topic }: { rights: readonly RoleRight[]; topic: string }) {
  const { t, i18n } = useTranslation(["settings", "app", "rights"]);
  // A server that is newer than these texts may know more; its own words are English.
  const known = (operation: string): boolean => i18n.exists(`rights:may.${operation}`);
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label={topic} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("roles.what")}</Table.Th>
            {ROLES.map((role) => (
              <Table.Th key={role} ta="center" w={96}>
                {t(`app:role.${role}.name`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rights.map((right) => (
            <Table.Tr key={right.operation}>
              {known(right.operation) ? <Table.Td>{t(`rights:may.${right.operation as "readMe"}`)}</Table.Td> : <Table.Td lang="en">{right.summary}</Table.Td>}
              {ROLES.map((role) => {
                const may = ROLES.indexOf(role) >= ROLES.indexOf(roleOf(right.role));
                const Shown = may ? IconCheck : IconMinus;
                return (
                  <Table.Td key={role} ta="center">
                    <Shown size={16} aria-hidden color={may ? "var(--mantine-color-teal-text)" : "var(--line-strong)"} />
                    <VisuallyHidden>{t(may ? "roles.yes" : "roles.no")}</VisuallyHidden>
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
