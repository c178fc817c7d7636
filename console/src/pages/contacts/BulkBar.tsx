import { Affix, Button, CloseButton, Group, Menu, Paper, Text, Transition } from "@mantine/core";
import { IconListDetails, IconPlayerPlay } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import { useChangeMembers, useStaticLists } from "@/api/segments";
import { useWorkflows, type WorkflowSummary } from "@/api/workflows";
import { toast } from "@/kit/toast";
import { useMay } from "@/session/me";

const StartDialog = lazy(() => import("@/builder/live/StartDialog").then((m) => ({ default: m.StartDialog })));

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
              <StartMenu contacts={selected} onDone={() => onSelect([])} />
              <CloseButton aria-label={t("bulk.clear")} onClick={() => onSelect([])} />
            </Group>
          </Paper>
        )}
      </Transition>
    </Affix>
  );
}

/** Workflows that are live, to start one for whoever is chosen. */
function StartMenu({ contacts, onDone }: { contacts: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation(["contacts", "kit"]);
  const may = useMay("publish");
  const [asked, ask] = useState<{ workflow: WorkflowSummary; contacts: readonly string[] } | null>(null);
  const live = useWorkflows({ q: "", status: "active", purpose: "", sort: "name", order: "asc" });
  return (
    <>
      <Menu position="top" shadow="md" disabled={!may}>
        <Menu.Target>
          <Button size="xs" variant="default" disabled={!may} title={may ? undefined : t("kit:may.publish")} leftSection={<IconPlayerPlay size={14} />}>
            {t("bulk.start")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {live.items.map((workflow) => (
            <Menu.Item key={workflow.id} onClick={() => ask({ workflow, contacts })}>
              {workflow.name || workflow.id}
            </Menu.Item>
          ))}
          {!live.loading && live.items.length === 0 && <Menu.Label maw={240}>{t("bulk.no_workflow")}</Menu.Label>}
        </Menu.Dropdown>
      </Menu>
      {asked !== null && (
        <Suspense>
          <StartDialog workflow={asked.workflow.id} name={asked.workflow.name || asked.workflow.id} contacts={asked.contacts} onClose={() => ask(null)} onDone={onDone} />
        </Suspense>
      )}
    </>
  );
}
