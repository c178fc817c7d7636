import { ActionIcon, Alert, Button, Group, Loader, Modal, Stack, Table, Text, TextInput, Tooltip } from "@mantine/core";
import { IconInfoCircle, IconPlus, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddIdentity, useCheckIdentity, useRemoveIdentity, useSendingIdentities, useSetMailFrom, useWorkspaceSettings, type DnsRecord, type SendingIdentity } from "@/api/settings";
import { Confirm, Failure } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { useForm } from "@/kit/useForm";
import { useMay } from "@/session/me";
import { Card, Loaded } from "../Card";
import { SenderCard } from "../general/SenderCard";
import classes from "../Settings.module.css";

/** Domains and addresses to send from, with what must stand in DNS for them. */
export function Sending() {
  const { t } = useTranslation("settings");
  const identities = useSendingIdentities();
  const workspace = useWorkspaceSettings();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Group justify="flex-end">
        <MayButton right="administer" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          {t("identity.add")}
        </MayButton>
      </Group>
      <Loaded query={identities} height={320}>
        {(list) =>
          list.length === 0 ? (
            <div className={classes["card"]}>
              <EmptyState art="mail" title={t("identity.empty")} text={t("identity.empty_text")} />
            </div>
          ) : (
            <>
              {list.map((identity) => (
                <IdentityCard key={identity.identity} identity={identity} />
              ))}
            </>
          )
        }
      </Loaded>
      {workspace.data && <SenderCard workspace={workspace.data} />}
      <Modal opened={adding} onClose={() => setAdding(false)} title={t("identity.add")} closeButtonProps={{ "aria-label": t("close") }}>
        <AddIdentity onDone={() => setAdding(false)} />
      </Modal>
    </>
  );
}

function AddIdentity({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("settings");
  const add = useAddIdentity();
  const form = useForm(
    { identity: "" },
    async ({ identity }) => {
      await add.mutateAsync(identity.trim());
      onDone();
    },
    ({ identity }) => (/^([^@\s]+@)?[^@\s.]+(\.[^@\s.]+)+$/.test(identity.trim()) ? {} : { identity: t("identity.wrong") }),
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Stack>
        <TextInput data-autofocus label={t("identity.name")} description={t("identity.name_hint")} placeholder={t("identity.example")} value={form.values.identity} error={form.problem("identity")} onChange={(event) => form.set("identity", event.currentTarget.value)} />
        {form.failure !== null && <Failure error={form.failure} />}
        <Group justify="flex-end">
          <Button type="submit" loading={form.running}>
            {t("identity.add")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** How an identity stands as a whole, from its own state and its records'. */
export function standing({ verified, kind, records }: Pick<SendingIdentity, "verified" | "kind" | "records">): "ready" | "unproved" | "confirm" | "failed" | "waiting" {
  const missing = records.some(({ required, state }) => required && state !== "verified");
  if (verified) return missing ? "unproved" : "ready";
  if (kind === "address") return "confirm";
  return records.some(({ state }) => state === "failed") ? "failed" : "waiting";
}

const TONES: Record<ReturnType<typeof standing>, Tone> = { ready: "good", unproved: "warn", confirm: "warn", failed: "bad", waiting: "warn" };

export function IdentityCard({ identity }: { identity: SendingIdentity }) {
  const { t } = useTranslation("settings");
  const check = useCheckIdentity();
  const remove = useRemoveIdentity();
  const may = useMay("administer");
  const [removing, setRemoving] = useState(false);
  const [bouncing, setBouncing] = useState(false);
  const state = standing(identity);
  return (
    <Card
      title={identity.identity}
      text={
        <>
          {t(`identity.kind.${identity.kind}`)}
          {identity.default_sender && ` · ${t("identity.default")}`}
          {!identity.own && ` · ${t("identity.deployment")}`}
        </>
      }
      actions={
        <>
          <StatusBadge tone={TONES[state]}>{t(`identity.state.${state}`)}</StatusBadge>
          <Button size="xs" variant="default" leftSection={check.isPending ? <Loader size={12} /> : <IconRefresh size={14} />} disabled={check.isPending} onClick={() => check.mutate(identity.identity)}>
            {t("identity.check")}
          </Button>
          {identity.own && may && (
            <Tooltip label={t("identity.remove")}>
              <ActionIcon aria-label={`${t("identity.remove")}: ${identity.identity}`} onClick={() => setRemoving(true)}>
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </>
      }
    >
      <Stack gap="md">
        <Alert variant="light" color={state === "ready" ? "teal" : state === "failed" ? "red" : "brand"} icon={<IconInfoCircle size={18} />} p="sm">
          {t(`identity.advice.${state}`)}
        </Alert>
        <span role="status" className="unseen">
          {check.isSuccess ? t("identity.checked") : ""}
        </span>
        {check.error && <Failure error={check.error} />}
        {identity.records.length > 0 && <Records records={identity.records} />}
        {identity.kind === "domain" && identity.own && (
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {identity.mail_from ? t("mail_from.is", { domain: identity.mail_from }) : t("mail_from.none")}
            </Text>
            <MayButton right="administer" size="xs" variant="default" onClick={() => setBouncing(true)}>
              {t("mail_from.change")}
            </MayButton>
          </Group>
        )}
      </Stack>
      <Confirm opened={removing} onClose={() => setRemoving(false)} title={t("identity.remove")} action={t("identity.remove")} danger phrase={identity.identity} onConfirm={() => remove.mutateAsync(identity.identity)}>
        {t("identity.remove_text")}
      </Confirm>
      <Modal opened={bouncing} onClose={() => setBouncing(false)} title={t("mail_from.title")} closeButtonProps={{ "aria-label": t("close") }}>
        <MailFrom identity={identity} onDone={() => setBouncing(false)} />
      </Modal>
    </Card>
  );
}

const RECORD_TONES: Record<DnsRecord["state"], Tone> = { verified: "good", pending: "warn", failed: "bad", unknown: "quiet" };

function Records({ records }: { records: readonly DnsRecord[] }) {
  const { t } = useTranslation("settings");
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing={8} horizontalSpacing="sm" aria-label={t("dns.label")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={110}>{t("dns.purpose")}</Table.Th>
            <Table.Th w={64}>{t("dns.type")}</Table.Th>
            <Table.Th>{t("dns.name")}</Table.Th>
            <Table.Th>{t("dns.value")}</Table.Th>
            <Table.Th w={150}>{t("dns.state")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map((record) => (
            <Table.Tr key={`${record.name}${record.value}`}>
              <Table.Td>
                <Tooltip label={t(`dns.why.${record.purpose}`)}>
                  <Text size="sm" tabIndex={0}>
                    {t(`dns.purposes.${record.purpose}`)}
                  </Text>
                </Tooltip>
                <Text size="xs" c="dimmed">
                  {t(record.required ? "dns.required" : "dns.advised")}
                </Text>
              </Table.Td>
              <Table.Td>{record.type}</Table.Td>
              <Copied text={record.name} label={t("dns.copy_name")} />
              <Copied text={record.value} label={t("dns.copy_value")} />
              <Table.Td>
                <StatusBadge tone={RECORD_TONES[record.state]}>{t(`dns.states.${record.state}`)}</StatusBadge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Copied({ text, label }: { text: string; label: string }) {
  return (
    <Table.Td>
      <Group gap={4} wrap="nowrap" justify="space-between">
        <span className={classes["value"]}>{text}</span>
        <CopyButton icon value={text} label={`${label}: ${text}`} />
      </Group>
    </Table.Td>
  );
}

function MailFrom({ identity, onDone }: { identity: SendingIdentity; onDone: () => void }) {
  const { t } = useTranslation("settings");
  const save = useSetMailFrom();
  const before = identity.mail_from.replace(`.${identity.identity}`, "");
  const form = useForm({ label: before || "bounce" }, async ({ label }) => {
    await save.mutateAsync({ identity: identity.identity, label: label.trim() });
    onDone();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Stack>
        <Text size="sm">{t("mail_from.text")}</Text>
        <TextInput data-autofocus label={t("mail_from.label")} description={t("mail_from.hint")} rightSectionWidth={180} rightSection={<Text size="sm" c="dimmed">{`.${identity.identity}`}</Text>} value={form.values.label} error={form.problem("label")} onChange={(event) => form.set("label", event.currentTarget.value)} />
        {form.failure !== null && <Failure error={form.failure} />}
        <Group justify="flex-end">
          <Button type="submit" loading={form.running}>
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
