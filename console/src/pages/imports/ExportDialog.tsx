import { Button, Group, Modal, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { imports, useImportsChanged, type FileFormat } from "@/api/imports";
import { useSegmentNames } from "@/api/segments";
import { Failure } from "@/kit/Confirm";

const FORMATS = ["csv", "ndjson", "parquet"] as const;

/** Whom to export, and as what. */
export function ExportDialog({ opened, onClose, onStarted }: { opened: boolean; onClose: () => void; onStarted: () => void }) {
  const { t } = useTranslation("imports");
  const { data: segments } = useSegmentNames();
  const [segment, setSegment] = useState("");
  const [format, setFormat] = useState<FileFormat>("csv");
  const changed = useImportsChanged();
  const start = useMutation({
    mutationFn: () => imports.startExport(segment, format),
    onSuccess: async () => {
      await changed();
      onStarted();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t("export.button")} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack>
        <Select
          label={t("export.whom")}
          placeholder={t("export.everybody")}
          data={segments?.map((one) => ({ value: one.value, label: one.label })) ?? []}
          value={segment || null}
          onChange={(value) => setSegment(value ?? "")}
          clearable
          searchable
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("export.format")}
          </Text>
          <SegmentedControl
            value={format}
            onChange={(value) => setFormat(FORMATS.find((one) => one === value) ?? "csv")}
            data={FORMATS.map((value) => ({ value, label: t(`format.${value}`) }))}
            aria-label={t("export.format")}
            fullWidth
          />
        </div>
        <Text size="xs" c="dimmed">
          {t("export.note")}
        </Text>
        {start.error && <Failure error={start.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("close")}
          </Button>
          <Button loading={start.isPending} onClick={() => start.mutate()}>
            {t("export.start")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
