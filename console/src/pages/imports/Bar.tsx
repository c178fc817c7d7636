import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isMoving, type Transfer } from "@/api/imports";
import { amountText } from "@/kit/Amount";
import { shareOf } from "./mapping";

/** How far a job is, in a bar and in rows. */
export function Bar({ job }: { job: Transfer }) {
  const { t, i18n } = useTranslation("imports");
  const share = shareOf(job);
  const number = (value: number) => amountText(value, i18n.language);
  const text = job.total === null ? t("rows", { count: job.rows, amount: number(job.rows) }) : t("rows_of", { count: job.total, amount: number(job.rows), total: number(job.total) });
  if (job.state === "uploading") return <Text size="xs" c="dimmed">{t("waiting")}</Text>;
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress
        value={(share ?? 1) * 100}
        animated={isMoving(job)}
        color={job.state === "failed" ? "red" : job.state === "cancelled" ? "gray" : job.state === "done" ? "teal" : "brand"}
        size="sm"
        style={{ flex: 1, minWidth: 60 }}
        aria-label={text}
      />
      <Text size="xs" c="dimmed" className="tabular" style={{ whiteSpace: "nowrap" }}>
        {text}
      </Text>
    </Group>
  );
}
