import { Alert, Button, Group, Modal, NumberInput, PasswordInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEndPreviousSecret, usePresets, useSaveSource, useSetSecret, useTryMapping, type Source, type Webhook } from "@/api/sources";
import { CodeEditor } from "@/kit/CodeEditor";
import { Failure } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { MayButton } from "@/kit/MayButton";
import { When } from "@/kit/When";
import { useForm } from "@/kit/useForm";
import { Card, FormCard } from "../Card";
import classes from "../Settings.module.css";
import { VerifyFields } from "./VerifyFields";
import { hasSecret, schemeOf } from "./verify";

/** A webhook: its address, how calls are proved, its secret, and what they mean. */
export function WebhookCards({ source }: { source: Source }) {
  const { webhook } = source;
  if (!webhook) return null;
  return (
    <>
      <Proof source={source} webhook={webhook} />
      {hasSecret(schemeOf(webhook.verify)) && <Secrets source={source} />}
      <Mapping source={source} webhook={webhook} />
    </>
  );
}

type Kept = NonNullable<Source["webhook"]>;

function changed(source: Source, webhook: Kept, change: Partial<Kept>): { id: string; rev: number; name: string; description: string; webhook: Webhook } {
  const { id, rev, name, description } = source;
  // `verify` is checked by the server, scheme by scheme.
  return { id, rev, name, description, webhook: { ...webhook, ...change } as Webhook };
}

function Proof({ source, webhook }: { source: Source; webhook: Kept }) {
  const { t } = useTranslation("settings");
  const save = useSaveSource();
  const form = useForm({ verify: webhook.verify, enabled: webhook.enabled, name: source.name, description: source.description }, ({ name, description, verify, enabled }) =>
    save.mutateAsync({ ...changed(source, webhook, { verify, enabled }), name, description }),
  );
  return (
    <FormCard form={form} right="administer" title={t("webhook.title")} text={t("webhook.text")}>
      <Stack>
        <div>
          <Text size="sm" fw={550} mb={4}>
            {t("webhook.address")}
          </Text>
          <Group wrap="nowrap" gap="xs">
            <span className={classes["value"]}>{source.address}</span>
            <CopyButton icon value={source.address} label={t("webhook.copy")} />
          </Group>
        </div>
        <Switch label={t("webhook.enabled")} checked={form.values.enabled} onChange={(event) => form.set("enabled", event.currentTarget.checked)} />
        <Group grow>
          <TextInput label={t("source.name")} value={form.values.name} onChange={(event) => form.set("name", event.currentTarget.value)} />
          <TextInput label={t("source.description")} value={form.values.description} onChange={(event) => form.set("description", event.currentTarget.value)} />
        </Group>
        <VerifyFields value={form.values.verify} onChange={(verify) => form.set("verify", verify)} problem={form.problem("verify")} />
      </Stack>
    </FormCard>
  );
}

function Secrets({ source }: { source: Source }) {
  const { t } = useTranslation("settings");
  const end = useEndPreviousSecret();
  const [setting, setSetting] = useState(false);
  return (
    <Card
      title={t("secret.title")}
      text={t("secret.text")}
      actions={
        <>
          {source.secrets.length > 1 && (
            <MayButton right="administer" size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate(source.id)}>
              {t("secret.end")}
            </MayButton>
          )}
          <MayButton right="administer" size="xs" variant="default" onClick={() => setSetting(true)}>
            {t("secret.rotate")}
          </MayButton>
        </>
      }
    >
      {end.error && <Failure error={end.error} />}
      {source.secrets.length === 0 && (
        <Alert variant="light" color="yellow">
          {t("secret.none")}
        </Alert>
      )}
      {source.secrets.map((secret, at) => (
        <div key={secret.at} className={classes["row"]}>
          <Text size="sm">
            {t(at === 0 ? "secret.current" : "secret.previous")} · {t("secret.set")} <When at={secret.at} />
          </Text>
          {secret.until && (
            <Text size="sm" c="dimmed">
              {t("secret.until")} <When at={secret.until} />
            </Text>
          )}
        </div>
      ))}
      <Modal opened={setting} onClose={() => setSetting(false)} title={t("secret.rotate")} closeButtonProps={{ "aria-label": t("close") }}>
        <SecretForm source={source.id} onDone={() => setSetting(false)} />
      </Modal>
    </Card>
  );
}

function SecretForm({ source, onDone }: { source: string; onDone: () => void }) {
  const { t } = useTranslation("settings");
  const save = useSetSecret();
  const form = useForm(
    { secret: "", hours: 24 },
    async (values) => {
      await save.mutateAsync({ source, ...values });
      onDone();
    },
    ({ secret }) => (secret === "" ? { secret: t("secret.missing") } : {}),
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
        <PasswordInput data-autofocus label={t("secret.secret")} description={t("secret.hint")} autoComplete="off" visibilityToggleButtonProps={{ "aria-label": t("secret.show") }} value={form.values.secret} error={form.problem("secret")} onChange={(event) => form.set("secret", event.currentTarget.value)} />
        <NumberInput label={t("secret.hours")} description={t("secret.hours_hint")} min={0} max={720} value={form.values.hours} onChange={(value) => form.set("hours", Number(value) || 0)} />
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

const SAMPLE = `{
  "email": "kim@example.com",
  "order": { "id": "A-17", "total": 49.9 }
}`;

function Mapping({ source, webhook }: { source: Source; webhook: Kept }) {
  const { t } = useTranslation("settings");
  const presets = usePresets();
  const save = useSaveSource();
  const trial = useTryMapping();
  const [sample, setSample] = useState(SAMPLE);
  const [bad, setBad] = useState(false);
  const scheme = schemeOf(webhook.verify);
  const usual = presets.data?.find(({ name }) => name === webhook.preset) ?? presets.data?.find(({ schemes }) => schemes.includes(scheme));
  const form = useForm({ preset: webhook.preset, mapping: webhook.mapping }, ({ preset, mapping }) => save.mutateAsync(changed(source, webhook, { preset, mapping })));
  const own = form.values.mapping !== "";
  const shown = own ? form.values.mapping : ((form.values.preset === "" ? usual : presets.data?.find(({ name }) => name === form.values.preset))?.mapping ?? "");
  function run(): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(sample);
    } catch {
      setBad(true);
      return;
    }
    setBad(false);
    trial.mutate({ sample: parsed, mapping: shown, headers: {}, callback: webhook.callback });
  }
  return (
    <FormCard form={form} right="administer" title={t("mapping.title")} text={t("mapping.text")} note={own ? t("mapping.own") : t("mapping.ready_made")}>
      <Stack>
        <Select
          label={t("mapping.preset")}
          maw={480}
          allowDeselect={false}
          data={[{ value: "", label: t("mapping.usual") }, ...(presets.data ?? []).map(({ name, title }) => ({ value: name, label: title }))]}
          value={form.values.preset}
          onChange={(preset) => {
            form.set("preset", preset ?? "");
            form.set("mapping", "");
          }}
        />
        <CodeEditor language="text" height={220} label={t("mapping.code")} value={shown} onChange={(text) => text !== shown && form.set("mapping", text)} onSave={() => void form.submit()} />
        {form.problem("mapping") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("mapping")}
          </Text>
        )}
        <Text size="sm" fw={550}>
          {t("mapping.sample")}
        </Text>
        <CodeEditor language="json" height={140} label={t("mapping.sample")} value={sample} onChange={setSample} />
        <Group>
          <Button type="button" variant="default" size="xs" loading={trial.isPending} onClick={run}>
            {t("mapping.try")}
          </Button>
          <Text size="sm" c={bad || trial.data?.ok === false ? "red" : "dimmed"} role="status">
            {bad ? t("mapping.no_json") : trial.data ? t(trial.data.ok ? "mapping.ok" : "mapping.refused", { count: trial.data.events.length }) : ""}
          </Text>
        </Group>
        {trial.error && <Failure error={trial.error} />}
        {trial.data?.error && (
          <Alert color="red" variant="light" role="alert">
            {trial.data.error.message}
          </Alert>
        )}
        {trial.data?.refused.map((one) => (
          <Alert key={`${one.code}${one.place}`} color="red" variant="light" role="alert">
            {one.message} {one.place && <span className={classes["value"]}>{one.place}</span>}
          </Alert>
        ))}
        {trial.data && trial.data.events.length > 0 && (
          <pre className={classes["snippet"]} tabIndex={0} aria-label={t("mapping.result")}>
            {JSON.stringify(trial.data.events, null, 2)}
          </pre>
        )}
      </Stack>
    </FormCard>
  );
}
