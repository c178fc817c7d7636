import { Alert, Button, FileButton, Group, Modal, PasswordInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSetSecrets, useTestProvider, type Channel, type ChannelName, type Provider } from "@/api/channels";
import { Failure } from "@/kit/Confirm";
import { useForm } from "@/kit/useForm";

/** Takes a provider's secrets; they go in and never come out. */
export function SecretsDialog({ channel, provider, onClose }: { channel: Channel; provider: Provider; onClose: () => void }) {
  const { t } = useTranslation("channels");
  const sets = channel.kinds.find((one) => one.kind === provider.kind)?.secrets ?? [];
  const [way, setWay] = useState("0");
  const names = sets[Number(way)] ?? [];
  const set = useSetSecrets(channel.channel);
  const [values, setValues] = useState<Record<string, string>>({});
  const ready = names.length > 0 && names.every((name) => (values[name] ?? "").trim() !== "");
  return (
    <Modal opened onClose={onClose} title={t("secrets.title", { id: provider.id })} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) set.mutate({ provider: provider.id, secrets: Object.fromEntries(names.map((name) => [name, (values[name] ?? "").trim()])) }, { onSuccess: onClose });
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {t("secrets.text")}
          </Text>
          {sets.length > 1 && <SegmentedControl aria-label={t("secrets.way")} value={way} onChange={setWay} data={sets.map((one, at) => ({ value: String(at), label: one.map((name) => t(`secret.${name}`, { defaultValue: name })).join(" + ") }))} />}
          {names.map((name, at) => (
            <Stack key={name} gap={4}>
              <PasswordInput data-autofocus={at === 0 || undefined} autoComplete="off" label={t(`secret.${name}`, { defaultValue: name })} description={t(`secret_hint.${name}`, { defaultValue: "" })} value={values[name] ?? ""} visibilityToggleButtonProps={{ "aria-label": t("secrets.show") }} onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })} />
              {name === "service_account" && (
                <FileButton accept="application/json" onChange={(file) => void file?.text().then((text) => setValues((before) => ({ ...before, [name]: text })))}>
                  {(props) => (
                    <Button {...props} size="xs" variant="default" w="fit-content">
                      {t("secrets.file")}
                    </Button>
                  )}
                </FileButton>
              )}
            </Stack>
          ))}
          {set.error && <Failure error={set.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("secrets.later")}
            </Button>
            <Button type="submit" loading={set.isPending} disabled={!ready}>
              {t("secrets.set")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Sends a message to oneself by one provider alone. */
export function TestDialog({ channel, provider, onClose }: { channel: ChannelName; provider: Provider; onClose: () => void }) {
  const { t } = useTranslation("channels");
  const test = useTestProvider(channel);
  const form = useForm({ to: "" }, ({ to }) => test.mutateAsync({ provider: provider.id, to: to.trim() }));
  return (
    <Modal opened onClose={onClose} title={t("test.title", { id: provider.id })} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit();
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {t("test.text")}
          </Text>
          <TextInput data-autofocus type="email" label={t("test.to")} description={t("test.to_hint")} value={form.values.to} error={form.problem("to")} onChange={(event) => form.set("to", event.currentTarget.value)} />
          {form.failure !== null && <Failure error={form.failure} />}
          <div role="status">
            {test.data && form.failure === null && (
              <Alert variant="light" color="teal" icon={<IconCheck size={18} />}>
                {t("test.sent", { to: test.data.to, left: test.data.left })}
              </Alert>
            )}
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("close")}
            </Button>
            <Button type="submit" loading={form.running}>
              {t("test.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
