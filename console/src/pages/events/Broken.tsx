import { Badge, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePoison, useReplay, type PoisonRecord } from "@/api/events";
import { Confirm } from "@/kit/Confirm";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { toast } from "@/kit/toast";
import { When } from "@/kit/When";

/** Records that the platform itself could not process: set aside, never lost. */
export function Broken() {
  const { t } = useTranslation("events");
  const list = usePoison();
  const replay = useReplay();
  const [asking, setAsking] = useState(false);
  const columns: Column<PoisonRecord>[] = [
    { key: "at", title: t("broken.at"), cell: (row) => <When at={row.at} />, width: 150 },
    {
      key: "code",
      title: t("broken.code"),
      width: 180,
      cell: (row) => (
        <Badge variant="light" color="orange" tt="none">
          {row.code ?? t("broken.unknown")}
        </Badge>
      ),
    },
    { key: "message", title: t("broken.message"), cell: (row) => <Text size="sm">{row.message ?? "—"}</Text> },
    {
      key: "sequence",
      title: t("broken.record"),
      wideOnly: true,
      cell: (row) => (
        <Text size="xs" c="dimmed" ff="monospace" truncate maw={180}>
          {row.sequence ?? "—"}
          {row.pieces !== null && row.pieces > 1 ? ` ${t("broken.piece", { piece: (row.piece ?? 0) + 1, pieces: row.pieces })}` : ""}
        </Text>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label={t("tab.broken")}
        columns={columns}
        list={list}
        rowKey={(row) => `${row.sequence}|${row.at}|${row.piece}`}
        filters={
          list.items.length > 0 && (
            <>
              <Text size="sm" c="dimmed" style={{ flex: 1 }}>
                {t("broken.lead")}
              </Text>
              <MayButton right="administer" size="sm" leftSection={<IconRefresh size={16} />} loading={replay.isPending} onClick={() => setAsking(true)}>
                {t("broken.replay")}
              </MayButton>
            </>
          )
        }
        empty={<EmptyState art="signal" title={t("broken.empty")} text={t("broken.teach")} />}
      />
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("broken.ask")}
        action={t("broken.replay")}
        onConfirm={async () => {
          const { records, waiting } = await replay.mutateAsync();
          toast.done(t("broken.done", { count: records, waiting }));
        }}
      >
        {t("broken.ask_text")}
      </Confirm>
    </>
  );
}
