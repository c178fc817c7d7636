import { Alert, Button, Group, Modal, Progress, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useExport, useExportFile, useStartExport, type ExportFormat, type Transfer } from "@/api/exports";
import { Failure } from "@/kit/Confirm";

const FORMATS: readonly ExportFormat[] = ["csv", "ndjson", "parquet"];

/** Exports the members: a job in the background, its progress, then the file. */
export function ExportModal({ segment, opened, onClose }: { segment: string; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["segments", "kit"]);
  const [format, choose] = useState<ExportFormat>("csv");
  const [job, setJob] = useState("");
  const start = useStartExport();
  const found = useExport(job);
  const file = useExportFile();
  async function begin(): Promise<void> {
    const begun = await start.mutateAsync({ segment, format }).catch(() => null);
    if (begun) setJob(begun.id);
  }
  async function download(): Promise<void> {
    const got = await file.mutateAsync(job).catch(() => null);
    if (got) window.location.assign(got.url);
  }
  return (
    <Modal opened={opened} onClose={onClose} title={t("export.title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <Stack>
        {job === "" ? (
          <>
            <Text size="sm">{t("export.text")}</Text>
            <SegmentedControl aria-label={t("export.format")} value={format} onChange={(next) => choose(FORMATS.find((one) => one === next) ?? "csv")} data={FORMATS.map((value) => ({ value, label: value.toUpperCase() }))} />
          </>
        ) : (
          found.data && <Going transfer={found.data} />
        )}
        {[start.error, found.error, file.error].filter((one) => one !== null).map((error) => (
          <Failure key={error.message} error={error} />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("kit:close")}
          </Button>
          {job === "" ? (
            <Button loading={start.isPending} onClick={() => void begin()}>
              {t("export.start")}
            </Button>
          ) : (
            <Button leftSection={<IconDownload size={16} />} disabled={found.data?.ready !== true} loading={file.isPending} onClick={() => void download()}>
              {t("export.download")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Going({ transfer }: { transfer: Transfer }) {
  const { t } = useTranslation("segments");
  const { state, rows, total } = transfer;
  if (state === "failed" || state === "cancelled") {
    return (
      <Alert color="red" variant="light" title={t("export.failed")}>
        {transfer.why}
      </Alert>
    );
  }
  const done = state === "done";
  return (
    <div role="status">
      <Text size="sm" mb={6}>
        {t(done ? "export.done" : "export.running", { count: rows })}
      </Text>
      <Progress value={done ? 100 : total ? (rows / total) * 100 : 100} animated={!done} color={done ? "teal" : "brand"} aria-label={t("export.title")} />
    </div>
  );
}
