import { Group, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AmountUnit } from "./AmountUnit";
import type { DateOperand } from "./tree";

const KINDS = ["day", "ago", "from_now", "today", "yesterday", "tomorrow", "now", "moment"] as const;
type Kind = (typeof KINDS)[number];

function kindOf(value: DateOperand | null): Kind | null {
  if (value === null) return null;
  if (value.op === "relative") return value.direction;
  if (value.op === "today") return value.offset === 0 ? "today" : value.offset < 0 ? "yesterday" : "tomorrow";
  return value.op;
}

function made(kind: Kind, before: DateOperand | null): DateOperand {
  const duration = before?.op === "relative" ? before.duration : { amount: 7, unit: "days" as const };
  switch (kind) {
    case "day":
      return { op: "day", value: new Date().toISOString().slice(0, 10) };
    case "moment":
      return { op: "moment", value: `${new Date().toISOString().slice(0, 10)}T09:00:00` };
    case "ago":
    case "from_now":
      return { op: "relative", duration, direction: kind };
    case "now":
      return { op: "now" };
    case "today":
      return { op: "today", offset: 0 };
    case "yesterday":
      return { op: "today", offset: -1 };
    case "tomorrow":
      return { op: "today", offset: 1 };
  }
}

/** A date as people say it: a day, so long ago, today. */
export function DateInput({ value, onChange, label, readOnly }: { value: DateOperand | null; onChange: (value: DateOperand) => void; label: string; readOnly: boolean }) {
  const { t } = useTranslation("conditions");
  return (
    <Group gap={6} wrap="wrap" role="group" aria-label={label}>
      {value?.op === "relative" ? <AmountUnit label={label} value={value.duration} readOnly={readOnly} onChange={(duration) => onChange({ ...value, duration })} /> : null}
      <Select
        size="xs"
        w={150}
        allowDeselect={false}
        aria-label={t("value.date_kind")}
        placeholder={t("value.pick_date")}
        disabled={readOnly}
        data={KINDS.map((kind) => ({ value: kind, label: t(`date.${kind}`) }))}
        value={kindOf(value)}
        onChange={(kind) => kind !== null && onChange(made(kind, value))}
      />
      {value?.op === "day" ? (
        <TextInput size="xs" type="date" aria-label={t("date.day")} value={value.value} disabled={readOnly} onChange={(event) => event.currentTarget.value !== "" && onChange({ op: "day", value: event.currentTarget.value })} />
      ) : null}
      {value?.op === "moment" ? (
        <TextInput size="xs" type="datetime-local" aria-label={t("date.moment")} value={value.value.slice(0, 16)} disabled={readOnly} onChange={(event) => event.currentTarget.value !== "" && onChange({ op: "moment", value: `${event.currentTarget.value}:00` })} />
      ) : null}
    </Group>
  );
}
