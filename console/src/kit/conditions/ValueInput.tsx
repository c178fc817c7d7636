import { Autocomplete, Group, NumberInput, TagsInput, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AmountUnit } from "./AmountUnit";
import { DateInput } from "./DateInput";
import type { FieldType, Input, Value } from "./operators";
import type { Scalar } from "./tree";

interface Props {
  readonly input: Input;
  readonly type: FieldType;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly readOnly: boolean;
}

const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d+)?$/;

/** What somebody typed, as the field's type: a field of unknown type takes what looks like a number as one. */
export function scalarOf(text: string, type: FieldType): Scalar | null {
  if (text === "") return null;
  if (type === "number") return NUMBER.test(text.trim()) ? Number(text) : null;
  return type === "any" && NUMBER.test(text.trim()) ? Number(text) : text;
}

/** The right side of a comparison, by operator and type of field. */
export function ValueInput({ input, type, choices, value, onChange, readOnly }: Props) {
  const { t } = useTranslation("conditions");
  const label = t("value.label");
  switch (input) {
    case "none":
      return null;
    case "one":
      return <One label={label} type={type} choices={choices} value={value.one} readOnly={readOnly} onChange={(one) => onChange({ ...value, one })} />;
    case "many":
      return (
        <TagsInput
          size="xs"
          aria-label={label}
          placeholder={value.many.length === 0 ? t("value.many") : ""}
          disabled={readOnly}
          acceptValueOnBlur
          data={choices.map((choice) => choice.value)}
          value={value.many.map(String)}
          onChange={(texts) => onChange({ ...value, many: texts.map((text) => scalarOf(text, type)).filter((one) => one !== null) })}
        />
      );
    case "range":
      return (
        <Group gap={6} wrap="nowrap">
          <One label={t("value.from")} type={type === "any" ? "number" : type} choices={[]} value={value.low} readOnly={readOnly} onChange={(low) => onChange({ ...value, low })} />
          <Text size="xs">{t("value.and")}</Text>
          <One label={t("value.to")} type={type === "any" ? "number" : type} choices={[]} value={value.high} readOnly={readOnly} onChange={(high) => onChange({ ...value, high })} />
        </Group>
      );
    case "date":
      return <DateInput label={label} value={value.date} readOnly={readOnly} onChange={(date) => onChange({ ...value, date })} />;
    case "dates":
      return (
        <>
          <DateInput label={t("value.from")} value={value.date} readOnly={readOnly} onChange={(date) => onChange({ ...value, date })} />
          <DateInput label={t("value.to")} value={value.until} readOnly={readOnly} onChange={(until) => onChange({ ...value, until })} />
        </>
      );
    case "duration":
      return <AmountUnit label={label} value={value.duration} readOnly={readOnly} onChange={(duration) => onChange({ ...value, duration })} />;
    case "days":
      return (
        <NumberInput
          size="xs"
          w={150}
          min={-1}
          max={366}
          allowDecimal={false}
          aria-label={t("value.days")}
          prefix={t("value.days_prefix")}
          suffix={t("value.days_suffix")}
          disabled={readOnly}
          value={value.days}
          onChange={(days) => typeof days === "number" && onChange({ ...value, days })}
        />
      );
  }
}

interface OneProps {
  readonly label: string;
  readonly type: FieldType;
  readonly choices: Props["choices"];
  readonly value: Scalar | null;
  readonly onChange: (value: Scalar | null) => void;
  readonly readOnly: boolean;
}

function One({ label, type, choices, value, onChange, readOnly }: OneProps) {
  const { t } = useTranslation("conditions");
  if (type === "number") {
    return <NumberInput size="xs" aria-label={label} placeholder={t("value.number")} disabled={readOnly} value={typeof value === "number" ? value : ""} onChange={(one) => onChange(typeof one === "number" ? one : one === "" ? null : value)} />;
  }
  return (
    <Autocomplete
      size="xs"
      aria-label={label}
      placeholder={t("value.text")}
      disabled={readOnly}
      data={choices.map(({ value: one }) => one)}
      renderOption={({ option }) => choices.find((one) => one.value === option.value)?.label ?? option.value}
      value={value === null ? "" : String(value)}
      onChange={(text) => onChange(scalarOf(text, type))}
    />
  );
}
