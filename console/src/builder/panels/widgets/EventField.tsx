import { Autocomplete, TagsInput, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type EventInfo, useKnownEvents } from "@/kit/conditions/knowledge";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";

function useEventOptions(): { data: { group: string; items: string[] }[]; when: ReadonlyMap<string, string> } {
  const { t } = useTranslation("panels");
  const events = useKnownEvents();
  const groups = new Map<string, EventInfo[]>();
  for (const event of events) groups.set(event.family, [...(groups.get(event.family) ?? []), event]);
  return {
    data: [...groups].map(([family, items]) => ({ group: t(`family.${family}` as "family.email"), items: items.map((one) => one.name) })),
    when: new Map(events.map((one) => [one.name, one.when])),
  };
}

function Option({ name, when }: { name: string; when: string | undefined }) {
  return (
    <div>
      <Text size="sm">{name}</Text>
      {when === undefined ? null : (
        <Text size="xs" c="dimmed">
          {when}
        </Text>
      )}
    </div>
  );
}

/** An event by name: known ones are suggested, any other name may be typed. */
export function EventField({ field, path, value, onChange }: InputProps) {
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label, help, placeholder } = useFieldTexts(field);
  const { data, when } = useEventOptions();
  return (
    <Autocomplete
      label={label}
      description={help}
      placeholder={placeholder}
      error={error === "" ? undefined : error}
      required={field.required}
      disabled={readOnly}
      limit={80}
      maxDropdownHeight={320}
      data={data}
      renderOption={({ option }) => <Option name={option.value} when={when.get(option.value)} />}
      value={typeof value === "string" ? value : ""}
      onChange={(next) => onChange(next === "" && !field.required ? undefined : next)}
    />
  );
}

export function EventsField({ field, path, value, onChange }: InputProps) {
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label, help, placeholder } = useFieldTexts(field);
  const { data, when } = useEventOptions();
  const given = Array.isArray(value) ? value.map(String) : [];
  return (
    <TagsInput
      label={label}
      description={help}
      placeholder={given.length === 0 ? placeholder : ""}
      error={error === "" ? undefined : error}
      required={field.required}
      disabled={readOnly}
      acceptValueOnBlur
      maxTags={field.most ?? 50}
      data={data}
      renderOption={({ option }) => <Option name={option.value} when={when.get(option.value)} />}
      value={given}
      onChange={onChange}
    />
  );
}
