import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { useForm } from "@/kit/useForm";
import { useMay } from "@/session/me";
import { Locked } from "../Card";
import { FAMILIES, RULES, TYPES, useSaveRegistry, type Attribute, type Registry } from "./attributes";

const NEW: Attribute = { name: "", family: "custom", type: "text", rule: "latest", sources: [], choices: [], pii: false, retention_days: null, consent: null, built_in: false, replaces_built_in: false };

/** One attribute; changing a built-in one makes it the workspace's own. */
export function AttributeForm({ registry, attribute, onDone }: { registry: Registry; attribute: Attribute | null; onDone: () => void }) {
  const { t } = useTranslation("settings");
  const may = useMay("publish");
  const save = useSaveRegistry(registry);
  const form = useForm<Attribute>(
    attribute ?? NEW,
    async (put) => {
      await save.mutateAsync({ put: { ...put, consent: put.consent === "" ? null : put.consent, choices: put.type === "text" ? put.choices : [] } });
      onDone();
    },
    ({ name }) => (/^[a-z][a-z0-9_]{0,39}$/.test(name) ? {} : { name: t("attribute.name_wrong") }),
  );
  const { values, set, problem } = form;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Locked right="publish">
        <Stack>
          {attribute?.built_in && (
            <Text size="sm" c="dimmed">
              {t("attribute.built_in_text")}
            </Text>
          )}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput data-autofocus={attribute === null || undefined} label={t("attribute.name")} required disabled={attribute !== null} value={values.name} error={problem("name")} onChange={(event) => set("name", event.currentTarget.value)} />
            <Select label={t("attribute.family")} allowDeselect={false} value={values.family} onChange={(value) => value && set("family", value)} data={FAMILIES.map((one) => ({ value: one, label: t(`attribute.families.${one}`) }))} />
            <Select label={t("attribute.type")} allowDeselect={false} value={values.type} error={problem("type")} onChange={(value) => value && set("type", value)} data={TYPES.map((one) => ({ value: one, label: t(`attribute.types.${one}`) }))} />
            <Select label={t("attribute.rule")} allowDeselect={false} value={values.rule} error={problem("rule")} onChange={(value) => value && set("rule", value)} data={RULES.map((one) => ({ value: one, label: t(`attribute.rules.${one}`) }))} />
          </SimpleGrid>
          {values.type === "text" && <TagsInput label={t("attribute.choices")} description={t("attribute.choices_hint")} value={values.choices} error={problem("choices")} onChange={(value) => set("choices", value)} />}
          {values.rule === "source_priority" && <TagsInput label={t("attribute.sources")} description={t("attribute.sources_hint")} value={values.sources} error={problem("sources")} onChange={(value) => set("sources", value)} />}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NumberInput label={t("attribute.retention")} description={t("attribute.retention_hint")} min={1} value={values.retention_days ?? ""} error={problem("retention_days")} onChange={(value) => set("retention_days", value === "" ? null : Number(value))} />
            <TextInput label={t("attribute.consent")} description={t("attribute.consent_hint")} value={values.consent ?? ""} error={problem("consent")} onChange={(event) => set("consent", event.currentTarget.value)} />
          </SimpleGrid>
          <Switch label={t("attribute.pii")} checked={values.pii} onChange={(event) => set("pii", event.currentTarget.checked)} />
        </Stack>
      </Locked>
      {form.failure !== null && <Failure error={form.failure} />}
      {may && (
        <Group justify="space-between" mt="md">
          {attribute && !attribute.built_in ? (
            <MayButton right="publish" variant="subtle" color="red" loading={save.isPending} onClick={() => save.mutate({ without: attribute.name }, { onSuccess: onDone })}>
              {t(attribute.replaces_built_in ? "attribute.reset" : "attribute.remove")}
            </MayButton>
          ) : (
            <span />
          )}
          <Button type="submit" disabled={!form.changed} loading={form.running}>
            {t("save")}
          </Button>
        </Group>
      )}
    </form>
  );
}
