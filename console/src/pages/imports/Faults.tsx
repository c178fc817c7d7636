import { Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { imports, type Transfer } from "@/api/imports";
import { amountText } from "@/kit/Amount";
import { useMay } from "@/session/me";
import { fetchFile } from "./fetchFile";

const KNOWN = ["bad_row", "no_identity", "no_event", "reserved_event", "invalid_timestamp", "invalid_email", "invalid_id", "invalid_value", "bad_encoding", "unclear_consent", "address_left_out"] as const;

/** What was wrong with rows, by reason, and the file that names each. */
export function Faults({ job }: { job: Transfer }) {
  const { t, i18n } = useTranslation("imports");
  const may = useMay("edit");
  const found = Object.entries(job.faults).sort(([, a], [, b]) => b - a);
  if (found.length === 0) return null;
  return (
    <Stack gap={6} mt="sm">
      {found.map(([code, count]) => {
        const known = KNOWN.find((one) => one === code);
        return (
          <Group key={code} gap="sm" wrap="nowrap">
            <Text size="sm" fw={600} className="tabular" miw={48} ta="right">
              {amountText(count, i18n.language)}
            </Text>
            <Text size="sm">{known ? t(`fault.${known}`) : code}</Text>
          </Group>
        );
      })}
      {job.has_errors && may && (
        <Group>
          <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={() => void fetchFile(() => imports.errors(job.id))}>
            {t("fault.file")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
