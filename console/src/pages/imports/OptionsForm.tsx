import { Card, Select, Stack, Switch, TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ImportKind } from "@/api/imports";
import { useStaticLists } from "@/api/segments";
import type { Options } from "./mapping";

const IDENTITIES = ["email", "user_id", "phone"] as const;
const UPDATES = ["overwrite", "fill_gaps"] as const;

/** How rows are taken in. */
export function OptionsForm({ kind, options, onChange }: { kind: ImportKind; options: Options; onChange: (changes: Partial<Options>) => void }) {
  const { t } = useTranslation("imports");
  const { data: lists } = useStaticLists();
  return (
    <Card padding="md">
      <Stack gap="sm">
        <Title order={2}>{t("option.title")}</Title>
        <Select
          label={t("option.update")}
          data={UPDATES.map((value) => ({ value, label: t(`option.${value}`) }))}
          value={options.update}
          onChange={(value) => onChange({ update: UPDATES.find((one) => one === value) ?? "overwrite" })}
          allowDeselect={false}
        />
        <Select
          label={t("option.identify")}
          placeholder={t("option.any")}
          data={IDENTITIES.map((value) => ({ value, label: t(`option.by.${value}`) }))}
          value={options.identify_by || null}
          onChange={(value) => onChange({ identify_by: IDENTITIES.find((one) => one === value) ?? "" })}
          clearable
        />
        {kind === "events" && <TextInput label={t("option.event")} description={t("option.event_hint")} value={options.event} onChange={(event) => onChange({ event: event.currentTarget.value })} />}
        <Select
          label={t("option.segment")}
          description={t("option.segment_hint")}
          placeholder={t("option.none")}
          data={lists ?? []}
          value={options.segment || null}
          onChange={(value) => onChange({ segment: value ?? "" })}
          clearable
          searchable
        />
        <Switch label={t("option.trigger")} description={t("option.trigger_hint")} checked={options.trigger} onChange={(event) => onChange({ trigger: event.currentTarget.checked })} />
        <Switch label={t("option.force")} description={t("option.force_hint")} checked={options.force_consent} onChange={(event) => onChange({ force_consent: event.currentTarget.checked })} />
        {options.force_consent && (
          <TextInput label={t("option.reason")} description={t("option.reason_hint")} value={options.reason} onChange={(event) => onChange({ reason: event.currentTarget.value })} required />
        )}
      </Stack>
    </Card>
  );
}
