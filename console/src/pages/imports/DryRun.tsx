import { Alert, Group, Text } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDryRun } from "@/api/imports";
import { Bar } from "./Bar";
import { Faults } from "./Faults";

/** The trial over all rows, where there was one; nothing was written by it. */
export function DryRun({ job }: { job: string }) {
  const { t } = useTranslation("imports");
  const { data } = useDryRun(job);
  if (!data) return null;
  return (
    <Alert variant="light" color={data.state === "failed" ? "red" : "brand"} icon={<IconFlask size={18} />} title={t(data.state === "done" ? "trial.done" : data.state === "failed" ? "trial.failed" : "trial.running")}>
      <Bar job={data} />
      {data.why && <Text size="sm">{data.why}</Text>}
      {data.state === "done" && (
        <Group gap="lg" mt="xs">
          <Text size="sm">{t("trial.taken", { count: data.counts["taken_in"] ?? 0 })}</Text>
          {(data.counts["refused"] ?? 0) > 0 && <Text size="sm">{t("trial.refused", { count: data.counts["refused"] ?? 0 })}</Text>}
        </Group>
      )}
      <Faults job={data} />
    </Alert>
  );
}
