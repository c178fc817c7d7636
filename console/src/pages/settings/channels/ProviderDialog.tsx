import { Button, Group, Modal, NumberInput, Select, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { useSaveChannel, type Channel, type Provider } from "@/api/channels";
import { Failure } from "@/kit/Confirm";
import { fault, fieldsOf, freeId, optionsOf, shownValues, type Field } from "./schema";

interface DialogProps {
  channel: Channel;
  /** One to change; else a new one is added. */
  provider?: Provider;
  onClose: () => void;
  /** A new one needs secrets next. */
  onSecrets?: (provider: Provider) => void;
}

/** Adds or changes a provider; its fields are those that the server's model has. */
export function ProviderDialog({ channel, provider, onClose, onSecrets }: DialogProps) {
  const { t } = useTranslation("channels");
  const [kind, setKind] = useState(provider?.kind ?? "");
  const chosen = channel.kinds.find((one) => one.kind === kind);
  return (
    <Modal opened onClose={onClose} size="lg" title={t(provider ? "providers.edit_title" : "providers.add_title", { id: provider?.id ?? "" })} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack>
        {!provider && (
          <Select
            data-autofocus
            label={t("providers.kind")}
            placeholder={t("providers.kind_choose")}
            allowDeselect={false}
            data={channel.kinds.map((one) => ({ value: one.kind, label: one.label }))}
            value={kind === "" ? null : kind}
            onChange={(value) => setKind(value ?? "")}
          />
        )}
        {chosen && (
          <>
            {!provider && (
              <Text size="sm" c="dimmed">
                {t(`providers.about.${kind}`, { defaultValue: "" })}
              </Text>
            )}
            <Options key={kind} channel={channel} kind={kind} schema={chosen.options} needsSecrets={chosen.secrets.length > 0} {...(provider ? { provider } : {})} onClose={onClose} {...(onSecrets ? { onSecrets } : {})} />
          </>
        )}
      </Stack>
    </Modal>
  );
}

function Options({ channel, provider, kind, schema, needsSecrets, onClose, onSecrets }: DialogProps & { kind: string; schema: unknown; needsSecrets: boolean }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel(channel.channel);
  const { providers } = channel.settings;
  const fields = fieldsOf(schema);
  const [id, setId] = useState(provider?.id ?? freeId(kind, providers.map((one) => one.id)));
  const [enabled, setEnabled] = useState(provider?.enabled ?? true);
  const [values, setValues] = useState(() => shownValues(fields, provider?.options ?? {}));
  const [tried, setTried] = useState(false);
  const said = save.error instanceof ApiError ? save.error.places() : [];
  const problem = (field: Field): string | undefined => {
    const found = tried ? fault(field, values[field.name]) : "";
    return found === "" ? said.find(({ place }) => place?.split(".").includes(field.name))?.message : t(`providers.fault.${found}`);
  };
  const placed = said.length > 0 && said.every(({ place }) => fields.some(({ name }) => place?.split(".").includes(name)));
  function submit(): void {
    setTried(true);
    if (fields.some((field) => fault(field, values[field.name]) !== "")) return;
    const next: Provider = { id: id.trim(), kind, enabled, options: optionsOf(fields, values), secrets_set_at: provider?.secrets_set_at ?? null };
    const list = provider ? providers.map((one) => (one.id === provider.id ? next : one)) : [...providers, next];
    save.mutate({ settings: { ...channel.settings, providers: list }, rev: channel.rev }, { onSuccess: () => (!provider && needsSecrets && onSecrets ? onSecrets(next) : onClose()) });
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        {!provider && <TextInput label={t("providers.id")} description={t("providers.id_hint")} value={id} error={said.find(({ place }) => place?.endsWith(".id"))?.message} onChange={(event) => setId(event.currentTarget.value)} />}
        {fields.map((field) => (
          <OptionField key={field.name} field={field} value={values[field.name]} error={problem(field)} onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))} />
        ))}
        <Switch label={t("providers.enabled")} description={t("providers.enabled_hint")} checked={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
        {save.error && !placed && <Failure error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t(provider ? "save" : needsSecrets ? "providers.add_next" : "providers.add")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function OptionField({ field, value, error, onChange }: { field: Field; value: unknown; error: string | undefined; onChange: (value: unknown) => void }) {
  const { t } = useTranslation("channels");
  const shared = { label: t(`option.${field.name}`, { defaultValue: field.title }), description: t(`option_hint.${field.name}`, { defaultValue: field.description }), error, required: field.required };
  switch (field.kind) {
    case "switch":
      return <Switch label={shared.label} description={shared.description} error={error} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case "number":
      return <NumberInput {...shared} value={typeof value === "number" ? value : ""} {...(field.min === undefined ? {} : { min: field.min })} {...(field.max === undefined ? {} : { max: field.max })} onChange={(next) => onChange(typeof next === "number" ? next : null)} />;
    case "choice":
      return <Select {...shared} allowDeselect={false} data={field.choices.map((one) => ({ value: one, label: t(`choice.${one}`, { defaultValue: one }) }))} value={String(value)} onChange={onChange} />;
    case "list":
      return <TagsInput {...shared} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
    case "text":
      return <TextInput {...shared} maxLength={field.maxLength} value={typeof value === "string" ? value : ""} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}
