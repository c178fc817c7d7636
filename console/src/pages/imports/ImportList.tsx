import { Anchor, Button, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isMoving, useImports, type Transfer } from "@/api/imports";
import { Amount } from "@/kit/Amount";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { Bar } from "./Bar";
import { TONES } from "./state";

export function faultsOf(job: Transfer): number {
  return Object.values(job.faults).reduce((all, one) => all + one, 0);
}

/** All imports; those under way move by themselves. */
export function ImportList() {
  const { t } = useTranslation("imports");
  const navigate = useNavigate();
  const list = useImports();
  const addressOf = (job: Transfer): string => `/imports/${job.id.replace(/-dry$/, "")}`;
  const columns: Column<Transfer>[] = [
    {
      key: "name",
      title: t("column.file"),
      cell: (job) => (
        <>
          <Anchor component={Link} to={addressOf(job)} size="sm" fw={550}>
            {job.name || job.id}
          </Anchor>
          <Text size="xs" c="dimmed">
            {job.holds && t(`kind.${job.holds}`)}
            {job.kind === "dry_run" && ` · ${t("dry")}`}
          </Text>
        </>
      ),
    },
    {
      key: "state",
      title: t("column.state"),
      width: 130,
      cell: (job) => (
        <StatusBadge tone={TONES[job.state]} pulse={isMoving(job)}>
          {t(`state.${job.state}`)}
        </StatusBadge>
      ),
    },
    { key: "progress", title: t("column.progress"), width: 280, cell: (job) => <Bar job={job} /> },
    { key: "faults", title: t("column.faults"), align: "right", wideOnly: true, cell: (job) => (job.started_at ? <Amount value={faultsOf(job)} /> : <Amount value={null} />) },
    { key: "at", title: t("column.at"), wideOnly: true, cell: (job) => <When at={job.started_at ?? job.created_at} /> },
  ];
  return (
    <DataTable
      label={t("tab.imports")}
      columns={columns}
      list={list}
      rowKey={(job) => job.id}
      onOpen={(job) => void navigate({ to: addressOf(job) })}
      empty={
        <EmptyState art="file" title={t("import.empty")} text={t("import.teach")}>
          <Button component={Link} to="/imports/new">
            {t("import.button")}
          </Button>
        </EmptyState>
      }
    />
  );
}
