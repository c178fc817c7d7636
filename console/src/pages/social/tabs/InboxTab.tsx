import { Button, Group, Select, Stack, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { MENTION_STATES, useAccounts, useMentions, type Mention, type MentionState } from "@/api/social";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { accountChoices, MENTION_TONES, moodTone, NETWORK_CHOICES, NetworkIcon } from "../networks";
import { MentionDrawer } from "./MentionDrawer";

const MOODS = ["positive", "neutral", "negative"] as const;
const KINDS = ["mention", "comment", "message", "review"] as const;
const NO_FILTERS = { state: "", platform: "", account: "", sentiment: "", kind: "" };

/** What people say to and about the accounts. */
export function InboxTab() {
  const { t } = useTranslation("social");
  const [url, set] = useUrlState({ ...NO_FILTERS, state: "open", mention: "" });
  const { mention, ...filters } = url;
  const shown = { ...filters, state: filters.state === "all" ? "" : filters.state };
  const list = useMentions(shown);
  const accounts = useAccounts();
  const filtered = Object.values(shown).some((one) => one !== "");
  const choice = (name: "sentiment" | "kind", values: readonly string[]) => (
    <Select
      w={150}
      aria-label={t(`inbox.${name}`)}
      placeholder={t(`inbox.${name}`)}
      data={values.map((value) => ({ value, label: t(`${name}.${value}` as "sentiment.positive") }))}
      value={filters[name] || null}
      onChange={(value) => set({ [name]: value ?? "" })}
      clearable
    />
  );
  const columns: Column<Mention>[] = [
    { key: "said", title: t("inbox.said"), cell: (row) => <Said mention={row} onOpen={() => set({ mention: row.id })} /> },
    { key: "kind", title: t("inbox.kind"), wideOnly: true, cell: (row) => <Text size="sm">{t(`kind.${row.kind as "mention"}`)}</Text> },
    { key: "mood", title: t("inbox.sentiment"), cell: (row) => <StatusBadge tone={moodTone(row.sentiment)}>{t(`sentiment.${row.sentiment as "neutral"}`)}</StatusBadge> },
    { key: "state", title: t("inbox.state"), cell: (row) => <StatusBadge tone={MENTION_TONES[row.state as MentionState]}>{t(`mention_state.${row.state as MentionState}`)}</StatusBadge> },
    { key: "assignee", title: t("inbox.assignee"), wideOnly: true, cell: (row) => <Text size="sm" truncate maw={160} {...(row.assignee ? {} : { c: "dimmed" })}>{row.assignee || "—"}</Text> },
    { key: "at", title: t("inbox.at"), cell: (row) => <When at={row.at} /> },
  ];
  return (
    <>
      <DataTable
        label={t("tab.inbox")}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        onOpen={(row) => set({ mention: row.id })}
        filtered={filtered && url.state !== "open"}
        onClearFilters={() => set({ ...NO_FILTERS, state: "all" })}
        empty={
          <EmptyState art="signal" title={t(url.state === "open" ? "inbox.done.title" : "inbox.empty.title")} text={t(url.state === "open" ? "inbox.done.text" : "inbox.empty.text")}>
            {url.state === "open" && (
              <Button variant="default" onClick={() => set({ state: "all" })}>
                {t("inbox.show_all")}
              </Button>
            )}
          </EmptyState>
        }
        filters={
          <>
            <Select
              w={160}
              aria-label={t("inbox.state")}
              data={[{ value: "all", label: t("inbox.all") }, ...MENTION_STATES.map((value) => ({ value: value, label: t(`mention_state.${value}`) }))]}
              value={url.state}
              onChange={(state) => set({ state: state ?? "open" })}
              allowDeselect={false}
            />
            <Select w={150} aria-label={t("network")} placeholder={t("network")} data={NETWORK_CHOICES} value={filters.platform || null} onChange={(platform) => set({ platform: platform ?? "" })} clearable />
            {(accounts.data?.length ?? 0) > 1 && (
              <Select w={180} aria-label={t("account")} placeholder={t("account")} data={accountChoices(accounts.data)} value={filters.account || null} onChange={(account) => set({ account: account ?? "" })} clearable />
            )}
            {choice("sentiment", MOODS)}
            {choice("kind", KINDS)}
          </>
        }
      />
      <MentionDrawer id={mention} onClose={() => set({ mention: "" })} />
    </>
  );
}

function Said({ mention, onOpen }: { mention: Mention; onOpen: () => void }) {
  const { author } = mention;
  return (
    <Group gap={10} wrap="nowrap" align="flex-start">
      <NetworkIcon platform={mention.platform} />
      <Stack gap={2} style={{ minWidth: 0, maxWidth: 460 }}>
        <UnstyledButton tabIndex={-1} onClick={onOpen}>
          <Text size="sm" lineClamp={2}>
            {mention.text}
          </Text>
        </UnstyledButton>
        <Text size="xs" c="dimmed" truncate>
          {author.name || author.handle}
          {author.handle !== "" && author.name !== "" ? ` · @${author.handle}` : ""}
        </Text>
      </Stack>
    </Group>
  );
}
