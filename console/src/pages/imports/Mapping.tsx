import { Alert, Autocomplete, Button, Card, Group, Loader, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconAlertTriangle, IconArrowRight } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAttributes } from "@/api/contacts";
import { imports, useImportsChanged, usePreview, type Column, type ImportKind, type Transfer } from "@/api/imports";
import { Failure } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { DryRun } from "./DryRun";
import classes from "./Imports.module.css";
import { OptionsForm } from "./OptionsForm";
import { PreviewTable } from "./PreviewTable";
import { keepChoice, readChoice, type Choice } from "./kept";
import { columnsOf, problemsOf, specOf, targetsOf } from "./mapping";

/** The second step: where columns go, with the first rows as they would become, and a trial of all of them. */
export function Mapping({ job, kind }: { job: Transfer; kind: ImportKind }) {
  const { t } = useTranslation("imports");
  const [choice, setChoice] = useState<Choice>(() => readChoice(job.id));
  const { data: attributes } = useAttributes();
  const [settled] = useDebouncedValue(choice, 400);
  const spec = useMemo(() => (settled.columns ? specOf(settled.columns, settled.options) : null), [settled]);
  const preview = usePreview(job.id, spec, true);
  const changed = useImportsChanged();
  const columns = preview.data ? columnsOf(preview.data, choice.columns) : [];
  const problems = preview.data ? problemsOf(kind, columns, choice.options) : [];
  const start = useMutation({ mutationFn: (dry: boolean) => imports.start(job.id, specOf(columns, choice.options), dry), onSuccess: changed });

  function change(next: Partial<Choice>): void {
    const after = { ...choice, columns: choice.columns ?? columns, ...next };
    setChoice(after);
    keepChoice(job.id, after);
  }

  if (preview.error && !preview.data) {
    return (
      <Card padding={0}>
        <EmptyState art="broken" title={t("unread.title")} text={preview.error.message || t("unread.text")}>
          <Button component={Link} to="/imports/new">
            {t("unread.again")}
          </Button>
        </EmptyState>
      </Card>
    );
  }
  if (!preview.data) return <Skeleton h={420} radius="md" />;
  const { who, fields, more } = targetsOf(kind, attributes?.map((one) => one.name) ?? []);
  const targets = [
    { group: t("target.who"), items: who },
    { group: t("target.fields"), items: fields },
    { group: t("target.more"), items: more },
  ].filter((group) => group.items.length > 0);
  return (
    <Stack gap="lg">
      <div className={classes["mapping"]}>
        <Stack gap="md">
          {kind !== "pinpoint" && (
            <Card padding="md">
              <Title order={2}>{t("columns.title")}</Title>
              <Text size="sm" c="dimmed" mb="xs">
                {t("columns.text")}
              </Text>
              <ul className={classes["columns"]}>
                {columns.map((column) => (
                  <li key={column.source} data-out={column.to === ""}>
                    <Text size="sm" truncate title={column.source}>
                      {column.source}
                    </Text>
                    <IconArrowRight size={16} aria-hidden />
                    <Autocomplete
                      size="xs"
                      aria-label={t("columns.target", { source: column.source })}
                      placeholder={t("columns.out")}
                      data={targets}
                      value={column.to}
                      onChange={(to) => change({ columns: columns.map((one): Column => (one.source === column.source ? { ...one, to } : one)) })}
                      clearable
                    />
                  </li>
                ))}
              </ul>
            </Card>
          )}
          <OptionsForm kind={kind} options={choice.options} onChange={(options) => change({ options: { ...choice.options, ...options } })} />
        </Stack>
        <Stack gap="sm">
          <Group justify="space-between">
            <Title order={2}>{t("preview.title")}</Title>
            {preview.isFetching && <Loader size="xs" />}
          </Group>
          {preview.error && <Failure error={preview.error} />}
          <PreviewTable rows={preview.data.rows} />
          <DryRun job={job.id} />
        </Stack>
      </div>
      {problems.length > 0 && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle size={18} />} title={t("problem.title")}>
          {problems.map((one) => (
            <Text key={one} size="sm">
              {t(`problem.${one}`)}
            </Text>
          ))}
        </Alert>
      )}
      {start.error && <Failure error={start.error} />}
      <Group justify="flex-end">
        <MayButton right="publish" variant="default" disabled={problems.length > 0 || start.isPending} loading={start.isPending && start.variables} onClick={() => start.mutate(true)}>
          {t("start.dry")}
        </MayButton>
        <MayButton right="publish" disabled={problems.length > 0 || start.isPending} loading={start.isPending && !start.variables} onClick={() => start.mutate(false)}>
          {t("start.action")}
        </MayButton>
      </Group>
    </Stack>
  );
}
