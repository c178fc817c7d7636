import { Group, Input, NumberInput, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { readSpan, type Span, UNITS, writeSpan, type DurationUnit } from "../durations";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";

/** A length of time as a marketer says it: an amount and its unit. Empty is no time at all. */
export function DurationField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const span = readSpan(value) ?? readSpan(field.fallback);
  const unit: DurationUnit = span?.unit ?? "day";
  const set = (next: Span): void => onChange(writeSpan(next));
  const units = (UNITS as readonly DurationUnit[]).includes(unit) ? UNITS : [unit, ...UNITS];
  const signed = field.name === "offset";
  return (
    <Input.Wrapper component="div" label={label} description={help} error={error === "" ? undefined : error} required={field.required} inputWrapperOrder={["label", "input", "description", "error"]}>
      <Group gap={8} wrap="nowrap" mt={4} role="group" aria-label={label}>
        <NumberInput
          w={90}
          min={0}
          max={10_000}
          allowDecimal={false}
          disabled={readOnly}
          aria-label={t("duration.amount", { of: label })}
          placeholder="–"
          value={span?.amount ?? ""}
          onChange={(amount) => {
            if (typeof amount === "number") set({ amount, unit, before: span?.before ?? false });
            else if (amount === "") onChange(field.required ? "" : undefined);
          }}
        />
        <Select
          flex={1}
          allowDeselect={false}
          disabled={readOnly}
          aria-label={t("duration.unit", { of: label })}
          data={units.map((one) => ({ value: one, label: t(`unit.${one}`, { count: span?.amount ?? 2 }) }))}
          value={unit}
          onChange={(next) => next !== null && set({ amount: span?.amount ?? 1, unit: next, before: span?.before ?? false })}
        />
        {signed && span !== null ? (
          <Select
            w={110}
            allowDeselect={false}
            disabled={readOnly}
            aria-label={t("duration.side")}
            data={[
              { value: "after", label: t("duration.after") },
              { value: "before", label: t("duration.before") },
            ]}
            value={span.before ? "before" : "after"}
            onChange={(side) => set({ ...span, before: side === "before" })}
          />
        ) : null}
      </Group>
    </Input.Wrapper>
  );
}
