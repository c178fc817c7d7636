import { Affix, Button, CloseButton, Group, Menu, Paper, Text, Transition } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useChangeMembers, useStaticLists } from "@/api/segments";
import { toast } from "@/kit/toast";
import { useMay } from "@/session/me";

export interface BulkBarProps {
  selected: readonly string[];
  /** Ids of the rows on the page, for "select all". */
  shown: readonly string[];
  onSelect: (ids: readonly string[]) => void;
}

/** What can be done with chosen contacts, at the foot of the page while any are chosen. */
export function BulkBar({ selected, shown, onSelect }: BulkBarProps) {
  const { t } = useTranslation("contacts");
  const may = useMay("edit");
  const lists = useStaticLists(selected.length > 0);
  const change = useChangeMembers();
  async function move(segment: string, adding: boolean): Promise<void> {
    try {
      const done = await change.mutateAsync({ segment, contacts: [...selected], adding });
      toast.done(t(adding ? "bulk.added" : "bulk.removed", { count: done.asked }));
      onSelect([]);
    } catch (error) {
      toast.failed(error);
    }
  }
  const menu = (adding: boolean) => (
    <Menu position="top" shadow="md" disabled={!may}>
      <Menu.Target>
        <Button size="xs" variant="default" loading={change.isPending} disabled={!may} leftSection={<IconListDetails size={14} />}>
          {t(adding ? "bulk.add" : "bulk.remove")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(lists.data ?? []).map((list) => (
          <Menu.Item key={list.value} onClick={() => void move(list.value, adding)}>
            {list.label}
          </Menu.Item>
        ))}
        {lists.data?.length === 0 && <Menu.Label maw={240}>{t("bulk.no_lists")}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <Affix position={{ bottom: 24, left: "50%" }} style={{ transform: "translateX(-50%)" }}>
      <Transition mounted={selected.length > 0} transition="slide-up">
        {(styles) => (
          <Paper shadow="md" radius="xl" px="md" py="xs" style={{ ...styles, background: "var(--raised)" }} role="region" aria-label={t("bulk.title")}>
            <Group gap="sm" wrap="nowrap">
              <Text size="sm" fw={600} role="status" style={{ whiteSpace: "nowrap" }}>
                {t("bulk.chosen", { count: selected.length })}
              </Text>
              <Button size="xs" variant="subtle" onClick={() => onSelect([...new Set([...selected, ...shown])])}>
                {t("bulk.all")}
              </Button>
              {menu(true)}
              {menu(false)}
              <CloseButton aria-label={t("bulk.clear")} onClick={() => onSelect([])} />
            </Group>
          </Paper>
        )}
      </Transition>
    </Affix>
  );
}
