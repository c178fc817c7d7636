import { Chip, Group, Input, NumberInput, Select, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { type Drawn, HOWS, readSchedule, START, WEEKDAYS, writeSchedule } from "../schedules";
import { useMirror } from "../useMirror";
import { useSibling } from "../siblings";
import classes from "../Panels.module.css";

const NEVER = "never";

/** When a trigger fires: once, daily, weekly, monthly, at intervals, or by cron; with the next runs as the server says. */
export function ScheduleField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label } = useFieldTexts(field);
  const none = !field.required && (value === undefined || value === null);
  const [drawn, set] = useMirror<unknown, Drawn>(value, readSchedule, writeSchedule, onChange);
  const pick = (how: string): void => {
    if (how === NEVER) onChange(undefined);
    else if (how === "once") set({ ...drawn, how, at: drawn.at === "" ? `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T09:00` : drawn.at });
    else if (how === "cron") set({ ...drawn, how, cron: writeSchedule(drawn)["cron"] ?? START.cron });
    else set({ ...drawn, how: how as Drawn["how"] });
  };
  const clock = <TextInput type="time" label={t("schedule.clock")} disabled={readOnly} value={drawn.clock} onChange={(event) => event.currentTarget.value !== "" && set({ ...drawn, clock: event.currentTarget.value })} />;
  return (
    <Input.Wrapper component="div" label={label || t("schedule.label")} error={error === "" ? undefined : error} required={field.required} inputWrapperOrder={["label", "input", "error"]}>
      <div className={classes["rows"]} role="group" aria-label={label || t("schedule.label")}>
        <Select allowDeselect={false} aria-label={t("schedule.how")} disabled={readOnly} data={[...(field.required ? [] : [{ value: NEVER, label: t("schedule.never") }]), ...HOWS.map((how) => ({ value: how, label: t(`schedule.${how}`) }))]} value={none ? NEVER : drawn.how} onChange={(how) => how !== null && pick(how)} />
        {none ? null : (
          <>
            {drawn.how === "once" ? <TextInput type="datetime-local" label={t("schedule.at")} disabled={readOnly} value={drawn.at.slice(0, 16)} onChange={(event) => event.currentTarget.value !== "" && set({ ...drawn, at: event.currentTarget.value })} /> : null}
            {drawn.how === "weekly" ? (
              <Chip.Group multiple value={[...drawn.days]} onChange={(days) => days.length > 0 && set({ ...drawn, days: WEEKDAYS.filter((one) => days.includes(one)) })}>
                <Group gap={4}>
                  {WEEKDAYS.map((day) => (
                    <Chip key={day} size="xs" value={day} disabled={readOnly}>
                      {t(`weekdays.${day.toLowerCase()}` as "weekdays.mon")}
                    </Chip>
                  ))}
                </Group>
              </Chip.Group>
            ) : null}
            {drawn.how === "monthly" ? (
              <Select allowDeselect={false} label={t("schedule.day")} disabled={readOnly} data={[...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) })), { value: "L", label: t("schedule.last_day") }]} value={String(drawn.day)} onChange={(day) => day !== null && set({ ...drawn, day: day === "L" ? "L" : Number(day) })} />
            ) : null}
            {drawn.how === "daily" || drawn.how === "weekly" || drawn.how === "monthly" ? clock : null}
            {drawn.how === "every" ? (
              <Group gap={8} wrap="nowrap">
                <NumberInput w={100} min={1} allowDecimal={false} aria-label={t("schedule.amount")} disabled={readOnly} value={drawn.amount} onChange={(amount) => typeof amount === "number" && amount >= 1 && set({ ...drawn, amount })} />
                <Select flex={1} allowDeselect={false} aria-label={t("schedule.unit")} disabled={readOnly} data={(["minute", "hour", "day"] as const).map((unit) => ({ value: unit, label: t(`unit.${unit}`, { count: drawn.amount }) }))} value={drawn.unit} onChange={(unit) => unit !== null && set({ ...drawn, unit })} />
              </Group>
            ) : null}
            {drawn.how === "cron" ? <TextInput label={t("schedule.cron")} description={t("schedule.cron_help")} classNames={{ input: classes["mono"] ?? "" }} disabled={readOnly} value={drawn.cron} onChange={(event) => set({ ...drawn, cron: event.currentTarget.value })} /> : null}
            <NextRuns schedule={writeSchedule(drawn)} />
          </>
        )}
      </div>
    </Input.Wrapper>
  );
}

/** The next runs, asked of the server with the lead time and zone that stand beside the schedule. */
function NextRuns({ schedule }: { schedule: Readonly<Record<string, string>> }) {
  const { t, i18n } = useTranslation("panels");
  const zone = useSibling("time_zone");
  const lead = useSibling("lead_time");
  const asked = { at: schedule["at"] ?? "", rate: schedule["rate"] ?? "", cron: schedule["cron"] ?? "", lead_time: lead, time_zone: zone };
  const found = useQuery({
    queryKey: keys.of("schedule-preview", asked),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => body(api.POST("/api/v1/schedules/preview", { body: asked, params: { query: { count: 5 } }, signal })),
  });
  const runs = found.data;
  if (runs === undefined) return null;
  if (runs.problem !== "") return <Input.Error>{runs.problem}</Input.Error>;
  const format = new Intl.DateTimeFormat(i18n.language, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: runs.time_zone });
  return (
    <div className={classes["runs"]} role="status">
      <Text size="xs" fw={600}>
        {t("schedule.next", { zone: runs.time_zone })}
      </Text>
      {runs.next.length === 0 ? <Text size="xs">{t("schedule.no_more")}</Text> : null}
      <ol>
        {runs.next.map((at) => (
          <li key={at}>{format.format(new Date(at))}</li>
        ))}
      </ol>
    </div>
  );
}
