import { Button, Text } from "@mantine/core";
import { IconDownload, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { imports, isMoving, useExports, useImportsChanged, type Transfer } from "@/api/imports";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { toast } from "@/kit/toast";
import { useMay } from "@/session/me";
import { Bar } from "./Bar";
import { fetchFile } from "./fetchFile";
import { TONES } from "./state";

function formatOf(told: unknown): string {
  return typeof told === "string" ? told : "csv";
}

/** Exports; their files can be fetched while they are kept. */
export function ExportList({ onExport }: { onExport: () => void }) {
  const { t } = useTranslation("imports");
  const may = useMay("publish");
  const list = useExports();
  const changed = useImportsChanged();
  const cancel = useMutation({ mutationFn: imports.cancelExport, onSuccess: changed, onError: toast.failed });
  const columns: Column<Transfer>[] = [
    {
      key: "name",
      title: t("column.what"),
      cell: (job) => {
        const segment = job.request["segment"];
        return (
          <>
            <Text size="sm" fw={550}>
              {typeof segment === "string" ? t("export.members", { segment }) : t("export.everybody")}
            </Text>
            <Text size="xs" c="dimmed">
              {formatOf(job.request["format"]).toUpperCase()}
            </Text>
          </>
        );
      },
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
    { key: "progress", title: t("column.progress"), width: 260, cell: (job) => <Bar job={job} /> },
    { key: "at", title: t("column.at"), wideOnly: true, cell: (job) => <When at={job.started_at ?? job.created_at} /> },
  ];
  return (
    <DataTable
      label={t("tab.exports")}
      columns={columns}
      list={list}
      rowKey={(job) => job.id}
      actions={(job) =>
        job.ready ? (
          <MayButton right="publish" size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={() => void fetchFile(() => imports.file(job.id))}>
            {t("export.fetch")}
          </MayButton>
        ) : (
          may &&
          isMoving(job) && (
            <Button size="xs" variant="subtle" color="red" leftSection={<IconX size={14} />} loading={cancel.isPending && cancel.variables === job.id} onClick={() => cancel.mutate(job.id)}>
              {t("cancel")}
            </Button>
          )
        )
      }
      empty={
        <EmptyState art="file" title={t("export.empty")} text={t("export.teach")}>
          <MayButton right="publish" onClick={onExport}>
            {t("export.button")}
          </MayButton>
        </EmptyState>
      }
    />
  );
}
