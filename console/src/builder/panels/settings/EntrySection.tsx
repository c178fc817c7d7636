import { Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ConditionBuilder } from "@/kit/conditions/ConditionBuilder";
import { readSpan, writeSpan } from "../durations";
import { usePanel } from "../panel";
import { DurationField } from "../widgets/DurationField";
import { field } from "./fields";
import { type Reentry, reentryExample, type Settings, type Words } from "./model";
import { Section } from "./Parts";
import classes from "../Panels.module.css";

const RULES = ["never", "after_exit", "any_time"] as const;
const INTERVAL = field("settings_interval", "duration");
const MINUTES = { second: 0, minute: 1, hour: 60, day: 1_440, week: 10_080 } as const;

/** Who comes in, and how often the same contact may. */
export function EntrySection({ settings, onChange }: { settings: Settings; onChange: (change: Partial<Settings>) => void }) {
  const { t } = useTranslation("panels");
  const { readOnly, triggers } = usePanel();
  const say = t as unknown as Words;
  const { reentry } = settings;
  const listed = triggers.join("\n");
  const context = useMemo(() => ({ about: "event" as const, events: listed.split("\n") }), [listed]);
  const put = (part: Partial<Reentry>): void => onChange({ reentry: { ...reentry, ...part } });
  const { interval_minutes } = reentry;
  const span = interval_minutes % 1_440 === 0 && interval_minutes > 0 ? { amount: interval_minutes / 1_440, unit: "day" as const, before: false } : interval_minutes % 60 === 0 && interval_minutes > 0 ? { amount: interval_minutes / 60, unit: "hour" as const, before: false } : { amount: interval_minutes, unit: "minute" as const, before: false };
  const setSpan = (value: unknown): void => {
    const next = readSpan(value);
    put({ interval_minutes: next === null ? 0 : next.amount * MINUTES[next.unit] });
  };
  return (
    <>
      <Section id="filter" title={t("settings.filter")} about={t("settings.filter_about")}>
        <ConditionBuilder label={t("settings.filter_label")} value={settings.filter} context={context} readOnly={readOnly} onChange={(filter) => onChange({ filter })} />
      </Section>
      <Section id="reentry" title={t("settings.reentry")} about={t("settings.reentry_about")}>
        <Select label={t("settings.rule")} allowDeselect={false} disabled={readOnly} data={RULES.map((rule) => ({ value: rule, label: t(`rule.${rule}`) }))} value={reentry.rule} onChange={(rule) => rule !== null && put({ rule })} />
        {reentry.rule === "never" ? null : (
          <>
            <DurationField field={INTERVAL} path="settings.reentry.interval_minutes" value={writeSpan(span)} onChange={setSpan} />
            <Checkbox label={t("settings.capped")} disabled={readOnly} checked={reentry.max_entries !== null} onChange={(event) => put({ max_entries: event.currentTarget.checked ? 3 : null })} />
            {reentry.max_entries === null ? null : <NumberInput label={t("settings.max_entries")} min={1} allowDecimal={false} disabled={readOnly} value={reentry.max_entries} onChange={(value) => typeof value === "number" && put({ max_entries: value })} />}
          </>
        )}
        <TextInput label={t("settings.entry_key")} description={t("settings.entry_key_help")} placeholder={t("example", { example: "event.order_id" })} disabled={readOnly} value={settings.entry_key} onChange={(event) => onChange({ entry_key: event.currentTarget.value })} />
        <p className={classes["example"]} style={{ margin: 0 }}>
          {reentryExample(settings, say)}
        </p>
      </Section>
    </>
  );
}
