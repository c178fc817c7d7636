import { Group, NumberInput, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Duration, Unit } from "./tree";

const UNITS: readonly Unit[] = ["seconds", "minutes", "hours", "days", "weeks"];

interface Props {
  readonly value: Duration;
  readonly onChange: (value: Duration) => void;
  readonly label: string;
  readonly readOnly?: boolean;
  readonly units?: readonly Unit[];
}

/** A length of time: an amount and its unit. */
export function AmountUnit({ value, onChange, label, readOnly = false, units = UNITS.slice(1) }: Props) {
  const { t } = useTranslation("conditions");
  const offered = units.includes(value.unit) ? units : [value.unit, ...units];
  return (
    <Group gap={6} wrap="nowrap" role="group" aria-label={label}>
      <NumberInput size="xs" w={58} min={1} max={36_500} allowDecimal={false} aria-label={t("value.amount")} value={value.amount} disabled={readOnly} onChange={(amount) => typeof amount === "number" && amount >= 1 && onChange({ ...value, amount })} />
      <Select
        size="xs"
        w={92}
        allowDeselect={false}
        aria-label={t("value.unit")}
        disabled={readOnly}
        data={offered.map((unit) => ({ value: unit, label: t(`unit.${unit}`, { count: value.amount }) }))}
        value={value.unit}
        onChange={(unit) => unit !== null && onChange({ ...value, unit })}
      />
    </Group>
  );
}
