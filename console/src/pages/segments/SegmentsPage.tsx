import { Anchor, Badge, Group, SegmentedControl, Select, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSegments, type SegmentFilters, type SegmentKind, type SegmentSummary } from "@/api/segments";
import { Amount } from "@/kit/Amount";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { SearchField } from "@/kit/SearchField";
import { StatusBadge } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { Examples } from "./Examples";
import { KINDS, KindBadge } from "./KindBadge";
import { Sparkline } from "./Sparkline";

const USE_CASES = ["account_based_marketing", "event_targeting", "behavioral_targeting", "personalization"] as const;

export default function SegmentsPage() {
  const { t } = useTranslation("segments");
  const navigate = useNavigate();
  const [filters, set] = useUrlState({ q: "", kind: "", tag: "", use_case: "", sort: "name", order: "asc" });
  const list = useSegments(filters as SegmentFilters);
  const tags = [...new Set(list.items.flatMap((one) => one.tags))].sort();
  const filtered = filters.q !== "" || filters.kind !== "" || filters.tag !== "" || filters.use_case !== "";
  const columns: Column<SegmentSummary>[] = [
    { key: "name", title: t("list.name"), sort: "name", cell: (row) => <Name segment={row} onTag={(tag) => set({ tag })} /> },
    { key: "kind", title: t("list.kind"), sort: "kind", cell: (row) => <KindBadge kind={row.kind} /> },
    {
      key: "size",
      title: t("list.size"),
      sort: "size",
      align: "right",
      cell: (row) => <Amount value={row.size} fw={600} />,
    },
    { key: "growth", title: t("list.growth"), cell: (row) => <Sparkline segment={row.id} size={row.size} /> },
    { key: "used", title: t("used.title"), cell: (row) => <Uses names={row.used_by} />, wideOnly: true },
    { key: "settled", title: t("list.state"), cell: (row) => (row.settled ? <StatusBadge tone="good">{t("state.settled")}</StatusBadge> : <StatusBadge tone="info" pulse>{t("state.settling")}</StatusBadge>), wideOnly: true },
    { key: "updated", title: t("list.updated"), sort: "updated_at", cell: (row) => <When at={row.updated_at} />, wideOnly: true },
  ];
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <MayButton right="edit" leftSection={<IconPlus size={16} />} onClick={() => void navigate({ to: "/segments/new" })}>
          {t("new.button")}
        </MayButton>
      }
    >
      <DataTable
        label={t("title")}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        onOpen={(row) => void navigate({ to: "/segments/$segment", params: { segment: row.id } })}
        sorting={{ by: filters.sort, order: filters.order === "desc" ? "desc" : "asc" }}
        onSort={({ by, order }) => set({ sort: by, order })}
        filtered={filtered}
        onClearFilters={() => set({ q: "", kind: "", tag: "", use_case: "" })}
        empty={
          <EmptyState art="pie" title={t("empty.title")} text={t("empty.text")}>
            <MayButton right="edit" onClick={() => void navigate({ to: "/segments/new" })}>
              {t("new.button")}
            </MayButton>
          </EmptyState>
        }
        filters={
          <>
            <SearchField value={filters.q} onChange={(q) => set({ q }, { replace: true })} label={t("filter.search")} />
            <SegmentedControl
              aria-label={t("list.kind")}
              value={filters.kind}
              onChange={(kind) => set({ kind })}
              data={[{ value: "", label: t("filter.all") }, ...KINDS.map((kind: SegmentKind) => ({ value: kind, label: t(`kind.${kind}`) }))]}
            />
            {(tags.length > 0 || filters.tag !== "") && (
              <Select w={170} aria-label={t("filter.tag")} placeholder={t("filter.tag")} data={[...new Set([...tags, filters.tag].filter(Boolean))]} value={filters.tag || null} onChange={(tag) => set({ tag: tag ?? "" })} clearable />
            )}
            <Select w={210} aria-label={t("filter.use_case")} placeholder={t("filter.use_case")} data={USE_CASES.map((value) => ({ value, label: t(`use_case.${value}`) }))} value={filters.use_case || null} onChange={(value) => set({ use_case: value ?? "" })} clearable />
          </>
        }
      />
      {!list.loading && list.items.length === 0 && !filtered && <Examples />}
    </Page>
  );
}

function Name({ segment, onTag }: { segment: SegmentSummary; onTag: (tag: string) => void }) {
  const { t } = useTranslation("segments");
  return (
    <div style={{ minWidth: 0, maxWidth: 380 }}>
      <Group gap={6}>
        <Anchor component={Link} to={`/segments/${segment.id}`} fw={550} size="sm" c="inherit" tabIndex={-1}>
          {segment.name || segment.id}
        </Anchor>
        {segment.tags.map((tag) => (
          <Badge
            key={tag}
            component="button"
            size="sm"
            variant="default"
            tt="none"
            style={{ cursor: "pointer" }}
            aria-label={t("filter.by_tag", { tag })}
            onClick={(event) => {
              event.stopPropagation();
              onTag(tag);
            }}
          >
            {tag}
          </Badge>
        ))}
      </Group>
      <Text size="xs" c="dimmed" truncate ff={segment.description ? "text" : "monospace"}>
        {segment.description || segment.text || segment.id}
      </Text>
    </div>
  );
}

/** What names the segment: one by name, several by their number, with the names in a tip. */
function Uses({ names }: { names: readonly string[] }) {
  const { t } = useTranslation("segments");
  const called = names.map((name) => name.split("/")[1] ?? name);
  if (names.length === 0) return <Text c="dimmed">—</Text>;
  return (
    <Text size="sm" truncate maw={180} title={called.join(", ")}>
      {called.length === 1 ? called[0] : t("used.many", { count: called.length })}
    </Text>
  );
}
