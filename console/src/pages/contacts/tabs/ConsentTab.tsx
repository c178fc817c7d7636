import { Alert, Badge, Card, Group, SegmentedControl, Stack, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconBan } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useConsentProofs, useLiftSuppression, useSetConsent, type Channel, type ConsentProof, type Contact, type Purpose } from "@/api/contacts";
import { useTeam } from "@/api/team";
import { Confirm } from "@/kit/Confirm";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";
import { Browsers } from "./Browsers";
import { GrantDialog } from "./GrantDialog";

const CHANNELS: readonly Channel[] = ["email", "sms", "push"];
const PURPOSES: readonly Purpose[] = ["marketing", "transactional"];

/** What the contact agreed to, the proofs of it, and whether its address gets mail at all. */
export function ConsentTab({ contact }: { contact: Contact }) {
  const { t } = useTranslation(["contacts", "kit"]);
  const may = useMay("edit");
  const set = useSetConsent(contact.id);
  const lift = useLiftSuppression(contact.id);
  const [lifting, ask] = useState(false);
  const [agreed, agree] = useState<{ channel: Channel; purpose: Purpose }>();
  const proofs = useConsentProofs(contact.id);
  const team = useTeam();
  const named = (by: string): string => team.data?.find(({ id }) => id === by)?.email ?? by;
  const columns: Column<ConsentProof>[] = [
    { key: "key", title: t("consent.what"), cell: (row) => row.key },
    { key: "state", title: t("consent.answer"), cell: (row) => <StatusBadge tone={row.state === "granted" ? "good" : row.state === "denied" ? "bad" : "quiet"}>{row.state === "granted" || row.state === "denied" ? t(`consent.${row.state}`) : row.state}</StatusBadge> },
    { key: "at", title: t("consent.when"), cell: (row) => <When at={row.at} form="time" /> },
    {
      key: "wording",
      title: t("consent.wording"),
      cell: (row) => (
        <>
          <Text size="sm" lineClamp={2} title={row.wording}>
            {row.wording || t("consent.no_wording")}
          </Text>
          <Text size="xs" c="dimmed" truncate maw={320}>
            {[row.how !== "" && t(`consent.how.${row.how}`), row.form && t("consent.form", { form: row.form, revision: row.revision }), row.number, row.page, row.source, named(row.by)].filter(Boolean).join(" · ")}
          </Text>
        </>
      ),
    },
    { key: "kept", title: t("consent.kept"), cell: (row) => (row.kept ? t("value.yes") : t("value.no")), wideOnly: true },
  ];
  function choose(channel: Channel, purpose: Purpose, value: string): void {
    if (value === "granted") agree({ channel, purpose });
    if (value === "denied") set.mutate({ channel, purpose, consent: value }, { onError: toast.failed });
  }
  return (
    <Stack>
      {contact.suppressed !== "" && (
        <Alert color="red" variant="light" icon={<IconBan size={18} />} title={t("consent.suppressed", { reason: contact.suppressed })}>
          <Group justify="space-between">
            <Text size="sm" maw={560}>
              {t("consent.suppressed_text")}
            </Text>
            <MayButton right="administer" size="xs" variant="default" onClick={() => ask(true)}>
              {t("consent.lift")}
            </MayButton>
          </Group>
        </Alert>
      )}
      <Card padding={0} component="section">
        <Title order={2} size="h3" px="md" pt="sm" pb={4}>
          {t("consent.title")}
        </Title>
        <Table.ScrollContainer minWidth={560}>
          <Table horizontalSpacing="md" verticalSpacing={10} aria-label={t("consent.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("consent.channel")}</Table.Th>
                {PURPOSES.map((purpose) => (
                  <Table.Th key={purpose}>
                    <Tooltip label={t(`consent.hint.${purpose}`)}>
                      <span>{t(`consent.purpose.${purpose}`)}</span>
                    </Tooltip>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {CHANNELS.map((channel) => (
                <Table.Tr key={channel}>
                  <Table.Th scope="row" fw={550} fz="sm">
                    {t(`consent.channels.${channel}`)}
                  </Table.Th>
                  {PURPOSES.map((purpose) => {
                    const value = contact.consent[`${channel}:${purpose}`] ?? "";
                    return (
                      <Table.Td key={purpose}>
                        <Group gap="xs">
                          <SegmentedControl
                            size="xs"
                            disabled={!may}
                            aria-label={`${t(`consent.channels.${channel}`)}, ${t(`consent.purpose.${purpose}`)}`}
                            data={[
                              { value: "granted", label: t("consent.granted") },
                              { value: "denied", label: t("consent.denied") },
                            ]}
                            value={value}
                            onChange={(next) => choose(channel, purpose, next)}
                          />
                          {value === "" && (
                            <Badge variant="default" tt="none" size="sm">
                              {t("consent.unset")}
                            </Badge>
                          )}
                        </Group>
                      </Table.Td>
                    );
                  })}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Text size="xs" c="dimmed" px="md" pb="sm">
          {may ? t("consent.set_hint") : t("kit:may.edit")}
        </Text>
      </Card>
      <Browsers contact={contact.id} />
      <Title order={2} size="h3" mt="xs">
        {t("consent.proofs")}
      </Title>
      <DataTable label={t("consent.proofs")} columns={columns} list={proofs} rowKey={(row) => `${row.message_id}/${row.key}/${row.at}`} empty={<EmptyState compact art="file" title={t("consent.no_proofs")} text={t("consent.no_proofs_text")} />} />
      {agreed && (
        <GrantDialog
          title={`${t(`consent.channels.${agreed.channel}`)}, ${t(`consent.purpose.${agreed.purpose}`)}`}
          onClose={() => agree(undefined)}
          onSave={(proof) => {
            set.mutate({ ...agreed, consent: "granted", ...proof }, { onError: toast.failed });
            agree(undefined);
          }}
        />
      )}
      <Confirm opened={lifting} onClose={() => ask(false)} title={t("consent.lift")} action={t("consent.lift")} onConfirm={() => lift.mutateAsync()}>
        {t("consent.lift_text", { email: contact.email })}
      </Confirm>
    </Stack>
  );
}
