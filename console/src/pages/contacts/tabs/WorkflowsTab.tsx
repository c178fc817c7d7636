import { Alert, Anchor, Button, Drawer, Group, List, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContactEnrollments, useEndEnrollments, useExplanation, type Contact, type Enrollment } from "@/api/contacts";
import { useTold } from "@/builder/live/useTold";
import { Confirm } from "@/kit/Confirm";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import classes from "../Contacts.module.css";
import { labelOf } from "../names";

const TONES = { RUNNING: "good", PARKED: "info", ENDED: "quiet" } satisfies Record<Enrollment["state"], Tone>;

/** Workflows that the contact is or was in; each explains itself as a timeline. */
export function WorkflowsTab({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation("contacts");
  // Exit steps name reasons of their own: these are shown as they are.
  const ended = (reason: string): string => (i18n.exists(`contacts:workflows.reason.${reason || "completed"}`) ? t(`workflows.reason.${(reason || "completed") as "completed"}`) : reason);
  const [{ explain }, set] = useUrlState({ explain: "" });
  const [ending, end] = useState("");
  const list = useContactEnrollments(contact.id);
  const called = (workflow: string): string => list.items.find((one) => one.workflow === workflow)?.workflow_name ?? workflow;
  const stop = useEndEnrollments(contact.id);
  const columns: Column<Enrollment>[] = [
    {
      key: "workflow",
      title: t("workflows.workflow"),
      cell: (row) => (
        <>
          <Anchor component={Link} to={`/workflows/${row.workflow}`} onClick={(event) => event.stopPropagation()} fw={550} size="sm">
            {row.workflow_name}
          </Anchor>
          <Text size="xs" c="dimmed">
            {t("workflows.version", { version: row.version })}
          </Text>
        </>
      ),
    },
    {
      key: "state",
      title: t("workflows.state"),
      cell: (row) => (
        <StatusBadge tone={row.hold ? "warn" : TONES[row.state]}>{row.hold ? t("workflows.held") : row.state === "ENDED" ? ended(row.end_reason) : t(`workflows.in.${row.state}`)}</StatusBadge>
      ),
    },
    { key: "node", title: t("workflows.node"), cell: (row) => (row.node === "" ? "—" : row.node_name || labelOf(row.node)) },
    { key: "entered", title: t("workflows.entered"), cell: (row) => <When at={row.entered_at} /> },
    { key: "due", title: t("workflows.due"), cell: (row) => <When at={row.due} />, wideOnly: true },
  ];
  return (
    <>
      <DataTable
        label={t("tab.workflows")}
        columns={columns}
        list={list}
        rowKey={(row) => `${row.workflow}/${row.enrollment}`}
        onOpen={(row) => set({ explain: row.workflow })}
        empty={<EmptyState compact art="flow" title={t("workflows.none")} text={t("workflows.none_text")} />}
        actions={(row) => (
          <>
            <Button size="compact-xs" variant="default" onClick={() => set({ explain: row.workflow })}>
              {t("workflows.explain")}
            </Button>
            {row.state !== "ENDED" && (
              <MayButton right="edit" size="compact-xs" variant="light" color="red" onClick={() => end(row.workflow)}>
                {t("workflows.end")}
              </MayButton>
            )}
          </>
        )}
      />
      <Drawer opened={explain !== ""} onClose={() => set({ explain: "" })} position="right" size="lg" title={t("workflows.explained", { workflow: called(explain) })} closeButtonProps={{ "aria-label": t("workflows.close") }}>
        {explain !== "" && <Explained contact={contact.id} workflow={explain} />}
      </Drawer>
      <Confirm opened={ending !== ""} onClose={() => end("")} danger title={t("workflows.end_title", { workflow: called(ending) })} action={t("workflows.end")} onConfirm={() => stop.mutateAsync(ending)}>
        {t("workflows.end_text")}
      </Confirm>
    </>
  );
}

function Explained({ contact, workflow }: { contact: string; workflow: string }) {
  const { t } = useTranslation("contacts");
  const told = useExplanation(contact, workflow);
  const say = useTold();
  if (told.error) return <ErrorState error={told.error} again={() => void told.refetch()} />;
  if (told.isPending) return <Skeleton h={320} radius="md" />;
  const { data } = told;
  return (
    <Stack>
      <Text fw={550}>{say.headline(data)}</Text>
      {data.why_not.length > 0 && (
        <Alert variant="light" color="gray" title={t("workflows.why_not")}>
          <List size="sm">
            {data.why_not.map((reason) => (
              <List.Item key={reason.sentence}>{say.whyNot(reason)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {data.journeys.map((journey) => (
        <section key={journey.enrollment}>
          <Group justify="space-between" mb="xs">
            <Title order={3} size="sm">
              {t("workflows.entered")} <When at={journey.entered_at} form="time" />
            </Title>
            <Text size="xs" c="dimmed">
              {t("workflows.version", { version: journey.version })}
            </Text>
          </Group>
          <Text size="sm" mb="sm">
            {say.standing(journey)}
          </Text>
          <ol style={{ listStyle: "none", margin: 0, padding: 0 }}>
            {journey.steps.map((step, place) => (
              <li key={`${step.node}-${step.at}-${place}`} className={classes["step"]}>
                <Text size="sm" fw={550}>
                  {step.name || step.node || t("workflows.outside")}
                </Text>
                <Text size="sm">{say.step(step)}</Text>
                <Text size="xs" c="dimmed">
                  <When at={step.at} form="time" />
                  {step.due !== null && (
                    <>
                      {` · ${t("workflows.until")} `}
                      <When at={step.due} form="time" />
                    </>
                  )}
                </Text>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </Stack>
  );
}
