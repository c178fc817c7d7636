import { Alert, Group, NumberInput, Radio, Stack, Switch, TagsInput, Text } from "@mantine/core";
import { IconAlertTriangle, IconHandStop, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSaveAllowlist, useSaveWorkspace, useStopSwitch, useWorkspaceSettings, type Workspace } from "@/api/settings";
import { Confirm } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { useForm } from "@/kit/useForm";
import { Card, FormCard, Loaded } from "../Card";

/** What keeps a mistake small: the switch, who may be mailed, who must approve, limits. */
export function Safety() {
  const settings = useWorkspaceSettings();
  return (
    <Loaded query={settings} height={420}>
      {(workspace) => (
        <>
          <StopSwitch stopped={workspace.stopped} />
          <ApprovalCard workspace={workspace} />
          <Recipients workspace={workspace} />
          <TestAddresses workspace={workspace} />
          <Limits workspace={workspace} />
        </>
      )}
    </Loaded>
  );
}

function StopSwitch({ stopped }: { stopped: boolean }) {
  const { t } = useTranslation("settings");
  const turn = useStopSwitch();
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title={t("stop.title")}
      text={t("stop.text")}
      actions={
        <>
          <StatusBadge tone={stopped ? "bad" : "good"}>{t(stopped ? "stop.is_stopped" : "stop.is_running")}</StatusBadge>
          <MayButton right="administer" color={stopped ? "teal.9" : "red.8"} leftSection={stopped ? <IconPlayerPlay size={16} /> : <IconHandStop size={16} />} onClick={() => setAsking(true)}>
            {t(stopped ? "stop.resume" : "stop.stop")}
          </MayButton>
        </>
      }
    >
      <Text size="sm" c="dimmed">
        {t(stopped ? "stop.held" : "stop.speed")}
      </Text>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t(stopped ? "stop.resume_title" : "stop.stop_title")}
        action={t(stopped ? "stop.resume" : "stop.stop")}
        danger={!stopped}
        phrase={t(stopped ? "stop.resume_phrase" : "stop.stop_phrase")}
        onConfirm={() => turn.mutateAsync(!stopped)}
      >
        {t(stopped ? "stop.resume_text" : "stop.stop_text")}
      </Confirm>
    </Card>
  );
}

function ApprovalCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("settings");
  const save = useSaveWorkspace();
  const form = useForm({ ...workspace.approvals }, (approvals) => save.mutateAsync({ approvals }));
  return (
    <FormCard form={form} right="administer" title={t("approval.title")} text={t("approval.text")}>
      <Stack>
        <Switch label={t("approval.required")} checked={form.values.required} onChange={(event) => form.set("required", event.currentTarget.checked)} />
        {form.values.required && (
          <>
            <Radio.Group label={t("approval.by")} value={form.values.by} onChange={(by) => form.set("by", by === "admin" ? "admin" : "publisher")}>
              <Group mt={6}>
                <Radio value="publisher" label={t("approval.publisher")} />
                <Radio value="admin" label={t("approval.admin")} />
              </Group>
            </Radio.Group>
            <Switch label={t("approval.own")} checked={form.values.self_approval} onChange={(event) => form.set("self_approval", event.currentTarget.checked)} />
          </>
        )}
      </Stack>
    </FormCard>
  );
}

function Recipients({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("settings");
  const save = useSaveAllowlist();
  const form = useForm(
    { everybody: workspace.allowlist === null, allowlist: workspace.allowlist ?? [] },
    ({ everybody, allowlist }) => save.mutateAsync(everybody ? null : allowlist),
    ({ everybody, allowlist }) => (everybody || allowlist.every((one) => /^[^@\s]*@[^@\s]+$/.test(one)) ? {} : { allowlist: t("recipients.wrong") }),
  );
  return (
    <FormCard form={form} right="administer" title={t("recipients.title")} text={t("recipients.text")}>
      <Stack>
        <Radio.Group aria-label={t("recipients.title")} value={form.values.everybody ? "all" : "some"} onChange={(value) => form.set("everybody", value === "all")}>
          <Stack gap="xs">
            <Radio value="all" label={t("recipients.all")} />
            <Radio value="some" label={t("recipients.some")} />
          </Stack>
        </Radio.Group>
        {!form.values.everybody && (
          <>
            <TagsInput label={t("recipients.list")} description={t("recipients.list_hint")} splitChars={[",", " ", ";"]} value={form.values.allowlist} error={form.problem("allowlist")} onChange={(value) => form.set("allowlist", value)} />
            {form.values.allowlist.length === 0 && (
              <Alert variant="light" color="yellow" icon={<IconAlertTriangle size={18} />}>
                {t("recipients.nobody")}
              </Alert>
            )}
          </>
        )}
      </Stack>
    </FormCard>
  );
}

function TestAddresses({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("settings");
  const save = useSaveWorkspace();
  const form = useForm({ test_addresses: workspace.test_addresses }, (values) => save.mutateAsync(values));
  return (
    <FormCard form={form} right="administer" title={t("tests.title")} text={t("tests.text")}>
      <TagsInput label={t("tests.list")} description={t("tests.list_hint")} maxTags={50} splitChars={[",", ";"]} value={form.values.test_addresses} error={form.problem("test_addresses")} onChange={(value) => form.set("test_addresses", value.map(plainNumber))} />
    </FormCard>
  );
}

function Limits({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation("settings");
  const save = useSaveWorkspace();
  const form = useForm({ marketing_opt_in: workspace.marketing_opt_in, send_rate: workspace.send_rate, api_hosts: workspace.api_hosts }, (values) => save.mutateAsync(values));
  return (
    <FormCard form={form} right="administer" title={t("limits.title")} text={t("limits.text")}>
      <Stack maw={560}>
        <Switch label={t("limits.opt_in")} description={t("limits.opt_in_hint")} checked={form.values.marketing_opt_in} onChange={(event) => form.set("marketing_opt_in", event.currentTarget.checked)} />
        <NumberInput label={t("limits.rate")} description={t("limits.rate_hint")} w={220} min={0} max={100_000} allowDecimal={false} value={form.values.send_rate} error={form.problem("send_rate")} onChange={(value) => form.set("send_rate", Number(value) || 0)} />
        <TagsInput label={t("limits.hosts")} description={t("limits.hosts_hint")} placeholder={form.values.api_hosts.length === 0 ? "api.example.com" : ""} splitChars={[",", " "]} value={form.values.api_hosts} error={form.problem("api_hosts")} onChange={(value) => form.set("api_hosts", value)} />
      </Stack>
    </FormCard>
  );
}

/** A phone number as it is stored: without what people write between its digits. */
export function plainNumber(written: string): string {
  return written.trim().startsWith("+") ? `+${written.replaceAll(/\D/g, "")}` : written;
}
