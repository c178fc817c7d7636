import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconArrowBackUp, IconGitMerge } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Contact } from "@/api/contacts";
import { useMerges, useUndoMerge, type Merge } from "@/api/merging";
import { Confirm } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { MergeModal } from "../Merging";

/** Under which ids the contact is known, and of whom it was made. */
export function IdentityTab({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const [{ merge }, set] = useUrlState({ merge: "" });
  const [undoing, ask] = useState("");
  const merges = useMerges(contact.id);
  const undo = useUndoMerge();
  const columns: Column<Merge>[] = [
    { key: "loser", title: t("identity.went"), cell: (row) => <Mono>{row.loser}</Mono> },
    { key: "winner", title: t("identity.stayed"), cell: (row) => <Mono>{row.winner}</Mono> },
    { key: "reason", title: t("identity.reason"), cell: (row) => t(`identity.because.${row.reason}`) },
    { key: "at", title: t("identity.when"), cell: (row) => <When at={row.at} /> },
    { key: "state", title: t("identity.state"), cell: (row) => (row.undone ? <StatusBadge tone="quiet">{t("identity.undone")}</StatusBadge> : <StatusBadge tone="good">{t("identity.holds")}</StatusBadge>) },
  ];
  return (
    <Stack>
      <Card padding="md" component="section">
        <Group justify="space-between" mb="xs">
          <Title order={2} size="h3">
            {t("identity.title")}
          </Title>
          <MayButton right="edit" size="xs" variant="default" leftSection={<IconGitMerge size={14} />} onClick={() => set({ merge: "?" })}>
            {t("merge.button")}
          </MayButton>
        </Group>
        <Known label={t("identity.id")} values={[contact.id]} />
        <Known label={t("columns.user_id")} values={contact.user_id ? [contact.user_id] : []} />
        <Known label={t("identity.email")} values={contact.email ? [contact.email] : []} />
        <Known label={t("identity.anonymous")} values={contact.anonymous_ids} />
        <Known label={t("identity.aliases")} values={contact.aliases} />
      </Card>
      <Title order={2} size="h3">
        {t("identity.merges")}
      </Title>
      <DataTable
        label={t("identity.merges")}
        columns={columns}
        list={merges}
        rowKey={(row) => row.id}
        empty={<EmptyState compact art="people" title={t("identity.no_merges")} text={t("identity.no_merges_text")} />}
        actions={(row) =>
          !row.undone && (
            <MayButton right="edit" size="compact-xs" variant="default" leftSection={<IconArrowBackUp size={14} />} onClick={() => ask(row.id)}>
              {t("identity.undo")}
            </MayButton>
          )
        }
      />
      <Confirm
        opened={undoing !== ""}
        onClose={() => ask("")}
        title={t("identity.undo_title")}
        action={t("identity.undo")}
        onConfirm={async () => {
          const done = await undo.mutateAsync(undoing);
          toast.done(t("identity.parted", { count: done.kept.length }));
        }}
      >
        {t("identity.undo_text")}
      </Confirm>
      <MergeModal opened={merge !== ""} contact={contact} other={merge === "?" ? "" : merge} onOther={(other) => set({ merge: other || "?" }, { replace: true })} onClose={() => set({ merge: "" })} />
    </Stack>
  );
}

function Mono({ children }: { children: ReactNode }) {
  return (
    <Text component="span" size="xs" ff="monospace">
      {children}
    </Text>
  );
}

function Known({ label, values }: { label: string; values: readonly string[] }) {
  return (
    <Group gap="md" py={6} align="flex-start" wrap="nowrap" style={{ borderTop: "1px solid var(--line)" }}>
      <Text size="sm" c="dimmed" w={170} pt={4} style={{ flex: "none" }}>
        {label}
      </Text>
      <Stack gap={2}>
        {values.length === 0 && <Text size="sm">{"—"}</Text>}
        {values.map((value) => (
          <Group key={value} gap={4}>
            <Mono>{value}</Mono>
            <CopyButton icon value={value} />
          </Group>
        ))}
      </Stack>
    </Group>
  );
}
