import { Alert, Button, Card, Group, Progress as Line, Stack, Text, Title } from "@mantine/core";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { imports, isMoving, useImportsChanged, type ImportSpec, type Transfer } from "@/api/imports";
import { Amount, amountText } from "@/kit/Amount";
import { Confirm, Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { When } from "@/kit/When";
import { Faults } from "./Faults";
import classes from "./Imports.module.css";
import { shareOf } from "./mapping";

/** The last step: how far it is, what was wrong, what can be done. */
export function Progress({ job }: { job: Transfer }) {
  const { t, i18n } = useTranslation("imports");
  const changed = useImportsChanged();
  const [asking, setAsking] = useState(false);
  const share = shareOf(job);
  // One that failed goes on where it stopped, by what it was started with: the server takes its own request.
  const again = useMutation({ mutationFn: () => imports.start(job.id, { columns: [], options: {}, ...(job.request as Partial<ImportSpec>) }, false), onSuccess: changed });
  const numbers = [
    { key: "rows", value: job.rows },
    { key: "taken_in", value: job.counts["taken_in"] ?? 0 },
    { key: "refused", value: job.counts["refused"] ?? 0 },
    { key: "per_s", value: job.rows_per_s },
  ] as const;
  return (
    <Stack gap="md">
      <Card padding="lg">
        <Group justify="space-between" mb="sm">
          <Title order={2}>{t(`run.${job.state}`)}</Title>
          <Text size="sm" c="dimmed">
            <When at={job.ended_at ?? job.started_at} />
          </Text>
        </Group>
        <Line
          value={(share ?? 1) * 100}
          size="lg"
          animated={isMoving(job)}
          color={job.state === "failed" ? "red" : job.state === "cancelled" ? "gray" : job.state === "done" ? "teal" : "brand"}
          aria-label={t("column.progress")}
        />
        <Text size="sm" c="dimmed" mt={6} role="status" className="tabular">
          {share === null ? t("run.counting") : amountText(share, i18n.language, "percent", "USD", 0)}
          {job.total !== null && ` · ${t("rows_of", { count: job.total, amount: amountText(job.rows, i18n.language), total: amountText(job.total, i18n.language) })}`}
        </Text>
        <div className={classes["numbers"]} style={{ marginTop: 20 }}>
          {numbers.map(({ key, value }) => (
            <div key={key}>
              <Text size="sm" c="dimmed">
                {t(`run.number.${key}`)}
              </Text>
              <Amount value={value} className={classes["figure"] ?? ""} />
            </div>
          ))}
        </div>
      </Card>
      {job.why && (
        <Alert color="red" variant="light" title={t("run.why")}>
          {job.why}
        </Alert>
      )}
      {Object.keys(job.faults).length > 0 && (
        <Card padding="lg">
          <Title order={2}>{t("fault.title")}</Title>
          <Text size="sm" c="dimmed">
            {t("fault.text")}
          </Text>
          <Faults job={job} />
        </Card>
      )}
      {again.error && <Failure error={again.error} />}
      <Group>
        {isMoving(job) && (
          <MayButton right="publish" variant="default" color="red" leftSection={<IconPlayerStop size={16} />} onClick={() => setAsking(true)}>
            {t("run.stop")}
          </MayButton>
        )}
        {job.state === "failed" && job.kind === "import" && (
          <MayButton right="publish" leftSection={<IconRefresh size={16} />} loading={again.isPending} onClick={() => again.mutate()}>
            {t("run.again")}
          </MayButton>
        )}
        {job.state === "done" && (
          <Button component={Link} to="/contacts">
            {t("run.contacts")}
          </Button>
        )}
        <Button component={Link} to="/imports/new" variant="default">
          {t("import.another")}
        </Button>
      </Group>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("run.ask")}
        action={t("run.stop")}
        danger
        onConfirm={async () => {
          await imports.cancel(job.id);
          await changed();
        }}
      >
        {t("run.ask_text")}
      </Confirm>
    </Stack>
  );
}
