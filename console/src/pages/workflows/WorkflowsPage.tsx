import { Anchor, Button, Group, Select, Text } from "@mantine/core";
import { IconPlus, IconTemplate } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames, useStandings, useWorkflows, type WorkflowFilter, type WorkflowStanding, type WorkflowSummary } from "@/api/workflows";
import { STATUS_TONES, STATUSES } from "@/builder/status";
import { Amount } from "@/kit/Amount";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { SearchField } from "@/kit/SearchField";
import { StatusBadge } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { NewWorkflow } from "./list/NewWorkflow";
import { RowMenu } from "./list/RowMenu";
import classes from "./list/List.module.css";

const PURPOSES = ["marketing", "transactional"] as const;
const SORTS = ["name", "status", "updated_at", "published_at", "created_at"] as const;

/** All workflows: what runs, how it does, who touched it last. */
export default function WorkflowsPage() {
  const { t } = useTranslation(["workflows", "builder"]);
  const navigate = useNavigate();
  const [{ q, status, purpose, sort, order }, set] = useUrlState({ q: "", status: "", purpose: "", sort: "updated_at", order: "desc" });
  const [making, setMaking] = useState<"blank" | "yaml" | null>(null);
  const filter: WorkflowFilter = {
    q,
    status: STATUSES.find((one) => one === status) ?? "",
    purpose: PURPOSES.find((one) => one === purpose) ?? "",
    sort: SORTS.find((one) => one === sort) ?? "updated_at",
    order: order === "asc" ? "asc" : "desc",
  };
  const list = useWorkflows(filter);
  const standings = useStandings(list.items.filter((one) => one.live_version > 0).map((one) => one.id));
  const columns = useColumns(standings.data, standings.isPending && standings.fetchStatus !== "idle");
  const filtered = q !== "" || filter.status !== "" || filter.purpose !== "";
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          <Button component={Link} to="/gallery" variant="default" leftSection={<IconTemplate size={16} />}>
            {t("gallery")}
          </Button>
          <MayButton right="edit" leftSection={<IconPlus size={16} />} onClick={() => setMaking("blank")}>
            {t("new")}
          </MayButton>
        </>
      }
    >
      <DataTable
        label={t("title")}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        sorting={{ by: filter.sort, order: filter.order }}
        onSort={({ by, order: way }) => set({ sort: by, order: way })}
        onOpen={(row) => void navigate({ to: "/workflows/$workflow", params: { workflow: row.id } })}
        actions={(row) => <RowMenu row={row} />}
        filtered={filtered}
        onClearFilters={() => set({ q: "", status: "", purpose: "" })}
        filters={
          <>
            <SearchField value={q} onChange={(text) => set({ q: text }, { replace: true })} label={t("search")} />
            <Select
              w={170}
              clearable
              aria-label={t("filter.status")}
              placeholder={t("filter.status")}
              value={filter.status || null}
              data={STATUSES.map((value) => ({ value, label: t(`builder:status.${value}`) }))}
              onChange={(value) => set({ status: value ?? "" })}
            />
            <Select
              w={170}
              clearable
              aria-label={t("filter.purpose")}
              placeholder={t("filter.purpose")}
              value={filter.purpose || null}
              data={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
              onChange={(value) => set({ purpose: value ?? "" })}
            />
          </>
        }
        empty={
          <EmptyState art="flow" title={t("empty.title")} text={t("empty.text")}>
            <Button component={Link} to="/gallery" leftSection={<IconTemplate size={16} />}>
              {t("empty.gallery")}
            </Button>
            <MayButton right="edit" variant="default" onClick={() => setMaking("blank")}>
              {t("empty.blank")}
            </MayButton>
          </EmptyState>
        }
      />
      <NewWorkflow making={making} onClose={() => setMaking(null)} />
    </Page>
  );
}

function useColumns(standings: ReadonlyMap<string, WorkflowStanding> | undefined, waiting: boolean): readonly Column<WorkflowSummary>[] {
  const { t } = useTranslation(["workflows", "builder"]);
  const name = useNames();
  const number = (row: WorkflowSummary, pick: (one: WorkflowStanding) => number | null, as: "short" | "percent" = "short") => {
    const found = standings?.get(row.id);
    const counting = waiting && row.live_version > 0;
    if (found === undefined) return <Text component="span" inherit c="dimmed" aria-busy={counting}>{counting ? "…" : "—"}</Text>;
    return <Amount value={pick(found)} as={as} />;
  };
  return [
    {
      key: "name",
      title: t("column.name"),
      sort: "name",
      cell: (row) => (
        <div className={classes["name"]}>
          <Anchor component={Link} to={`/workflows/${row.id}`} fw={600} c="inherit" size="sm" onClick={(event) => event.stopPropagation()}>
            {row.name || row.id}
          </Anchor>
          <Text size="xs" c="dimmed" lineClamp={1}>
            {row.description || t("steps", { count: row.nodes })}
          </Text>
        </div>
      ),
    },
    {
      key: "status",
      title: t("column.status"),
      sort: "status",
      cell: (row) => (
        <Group gap={4} className={classes["state"] ?? ""}>
          <StatusBadge tone={STATUS_TONES[row.status]} pulse={row.status === "active"}>
            {t(`builder:status.${row.status}`)}
          </StatusBadge>
          {row.live_version > 0 && row.updated_at > (row.published_at ?? "") && row.managed_by === "" ? <span className={classes["tag"]}>{t("edited")}</span> : null}
          {row.managed_by === "git" ? <span className={classes["tag"]}>{t("git")}</span> : null}
        </Group>
      ),
    },
    {
      key: "in",
      title: t("column.in"),
      align: "right",
      cell: (row) => (
        <>
          {standings?.get(row.id)?.in_flight_complete === false ? "≈ " : ""}
          {number(row, (one) => one.in_flight)}
        </>
      ),
    },
    { key: "sent", title: t("column.sent"), align: "right", cell: (row) => number(row, (one) => one.sent_7_days) },
    { key: "conversion", title: t("column.conversion"), align: "right", wideOnly: true, cell: (row) => number(row, (one) => (one.has_goals ? one.conversion_rate : null), "percent") },
    {
      key: "updated",
      title: t("column.updated"),
      sort: "updated_at",
      wideOnly: true,
      cell: (row) => (
        <Text size="sm" className={classes["updated"] ?? ""}>
          <When at={row.updated_at} />
          <Text span size="xs" c="dimmed" display="block" truncate maw={180}>
            {name(row.updated_by)}
          </Text>
        </Text>
      ),
    },
  ];
}
