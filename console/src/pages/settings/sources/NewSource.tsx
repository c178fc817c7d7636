import { Alert, Button, Code, Group, Modal, PasswordInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCreateKey, useCreateSource, type NewWriteKey, type Webhook } from "@/api/sources";
import { idOf } from "@/api/workflows";
import { Failure } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { useForm } from "@/kit/useForm";
import { Snippets } from "./Snippets";
import { VerifyFields } from "./VerifyFields";
import { hasSecret, newVerify, schemeOf } from "./verify";

const ID = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Adds a source: one with a write key, which is shown this once, or one with a webhook. */
export function NewSource({ opened, onClose, onMade }: { opened: boolean; onClose: () => void; onMade: (id: string) => void }) {
  const { t } = useTranslation("settings");
  const [made, setMade] = useState<NewWriteKey | null>(null);
  function close(): void {
    onClose();
    if (made) onMade(made.source);
    setMade(null);
  }
  return (
    <Modal opened={opened} onClose={close} size="lg" title={made ? t("key.made") : t("source.add")} closeOnClickOutside={!made} closeButtonProps={{ "aria-label": t("close") }}>
      {made ? (
        <ShownOnce made={made} onDone={close} />
      ) : (
        <NewSourceForm
          onKey={setMade}
          onMade={(id) => {
            onClose();
            onMade(id);
          }}
        />
      )}
    </Modal>
  );
}

/** A write key's text: there is no second look at it. */
export function ShownOnce({ made, onDone }: { made: NewWriteKey; onDone: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Stack>
      <Alert color="yellow" variant="light" icon={<IconKey size={18} />} role="status">
        {t("key.once")}
      </Alert>
      <Group wrap="nowrap">
        <Code block flex={1} style={{ overflowWrap: "anywhere" }}>
          {made.write_key}
        </Code>
        <CopyButton value={made.write_key} label={t("key.copy")} />
      </Group>
      <Snippets writeKey={made.write_key} />
      <Group justify="flex-end">
        <Button onClick={onDone}>{t("key.kept")}</Button>
      </Group>
    </Stack>
  );
}

function NewSourceForm({ onKey, onMade }: { onKey: (made: NewWriteKey) => void; onMade: (id: string) => void }) {
  const { t } = useTranslation("settings");
  const create = useCreateSource();
  const createKey = useCreateKey();
  const form = useForm(
    { kind: "tracking", id: "", name: "", description: "", webhook: newVerify("hmac"), secret: "" },
    async ({ kind, id, name, description, webhook, secret }) => {
      if (kind === "tracking") {
        await create.mutateAsync({ id, name, description, webhook: null, secret: "" });
        onKey(await createKey.mutateAsync({ source: id, name }));
        return;
      }
      // The server checks each field of the scheme; its types are a union that a form cannot follow.
      const made = { verify: webhook as Webhook["verify"], preset: "", mapping: "", callback: false, enabled: true, url: "" };
      await create.mutateAsync({ id, name, description, webhook: made, secret });
      onMade(id);
    },
    ({ kind, id, webhook, secret }) => ({
      ...(ID.test(id) ? {} : { id: t("source.id_wrong") }),
      ...(kind === "webhook" && hasSecret(schemeOf(webhook)) && secret === "" ? { secret: t("secret.missing") } : {}),
    }),
  );
  const { values, set, problem } = form;
  // The id is made of the name until somebody writes one of their own.
  const [follows, follow] = useState(true);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Stack>
        <SegmentedControl
          aria-label={t("source.kind")}
          value={values.kind}
          onChange={(kind) => set("kind", kind)}
          data={[
            { value: "tracking", label: t("source.by_key") },
            { value: "webhook", label: t("source.by_webhook") },
          ]}
        />
        <Group grow align="flex-start">
          <TextInput
            data-autofocus
            label={t("source.name")}
            placeholder={t("source.name_example")}
            value={values.name}
            onChange={(event) => {
              const name = event.currentTarget.value;
              set("name", name);
              // Without a Latin letter there is nothing to make it of.
              if (follows) set("id", /[a-z]/i.test(name) ? idOf(name) : "");
            }}
          />
          <TextInput
            label={t("source.id")}
            description={t("source.id_hint")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            placeholder={t("source.id_example")}
            required
            value={values.id}
            error={problem("id")}
            onChange={(event) => {
              follow(false);
              set("id", event.currentTarget.value.trim().toLowerCase());
            }}
          />
        </Group>
        <TextInput label={t("source.description")} value={values.description} onChange={(event) => set("description", event.currentTarget.value)} />
        {values.kind === "webhook" && (
          <>
            <VerifyFields value={values.webhook} onChange={(webhook) => set("webhook", webhook)} problem={problem("webhook")} />
            {hasSecret(schemeOf(values.webhook)) && <PasswordInput label={t("secret.secret")} description={t("secret.hint")} autoComplete="off" visibilityToggleButtonProps={{ "aria-label": t("secret.show") }} value={values.secret} error={problem("secret")} onChange={(event) => set("secret", event.currentTarget.value)} />}
          </>
        )}
        {form.failure !== null && <Failure error={form.failure} />}
        <Group justify="flex-end">
          <Button type="submit" loading={form.running}>
            {t("source.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
