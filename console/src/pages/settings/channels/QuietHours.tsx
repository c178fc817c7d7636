import { ActionIcon, Checkbox, Group, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSaveSendingRules, type SendingRules } from "@/api/channels";
import { EmptyState } from "@/kit/EmptyState";
import { useForm } from "@/kit/useForm";
import { FormCard } from "../Card";
import classes from "./Channels.module.css";
import { SCOPES, WEEK, hoursOf, stretches, type Quiet } from "./rules";

/** Hours and days without marketing, in each contact's own time. */
export function QuietHours({ quiet, rules }: { quiet: Quiet[]; rules: SendingRules }) {
  const { t } = useTranslation("channels");
  const save = useSaveSendingRules();
  const form = useForm({ quiet_hours: quiet }, ({ quiet_hours }) => save.mutateAsync({ ...rules, quiet_hours: hoursOf(quiet_hours) }));
  const list = form.values.quiet_hours;
  const change = (at: number, some: Partial<Quiet>): void => form.set("quiet_hours", list.map((one, index) => (index === at ? { ...one, ...some } : one)));
  const free = SCOPES.filter((scope) => !list.some(({ channel }) => channel === scope));
  return (
    <FormCard form={form} right="administer" title={t("quiet.title")} text={t("quiet.text")} note={t("soon")}>
      <Stack>
        {list.length === 0 && <EmptyState compact art="calendar" title={t("quiet.empty")} text={t("quiet.empty_text")} />}
        {list.map((one, at) => (
          <fieldset key={one.channel} className={classes["box"]}>
            <legend className="unseen">{t(`name.${one.channel}`)}</legend>
            <Group justify="space-between" mb="xs">
              <Text fw={600} size="sm" aria-hidden>
                {t(`name.${one.channel}`)}
              </Text>
              <ActionIcon aria-label={t("quiet.remove", { channel: t(`name.${one.channel}`) })} onClick={() => form.set("quiet_hours", list.filter((_, index) => index !== at))}>
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
            <Group gap="sm" align="flex-end">
              <TextInput w={120} type="time" label={t("quiet.start")} value={one.start} onChange={(event) => change(at, { start: event.currentTarget.value })} />
              <TextInput w={120} type="time" label={t("quiet.end")} value={one.end} onChange={(event) => change(at, { end: event.currentTarget.value })} />
              <SegmentedControl
                aria-label={t("quiet.otherwise")}
                value={one.otherwise}
                onChange={(otherwise) => change(at, { otherwise: otherwise === "skip" ? "skip" : "next_open_time" })}
                data={(["next_open_time", "skip"] as const).map((value) => ({ value, label: t(`quiet.${value}`) }))}
              />
            </Group>
            <Day quiet={one} />
            <Checkbox.Group label={t("quiet.closed")} value={one.closed_days} onChange={(days) => change(at, { closed_days: WEEK.filter((day) => days.includes(day)) })}>
              <Group gap="md" mt={6}>
                {WEEK.map((day) => (
                  <Checkbox key={day} size="sm" value={day} label={t(`day.${day}`)} disabled={one.closed_days.length >= 6 && !one.closed_days.includes(day)} />
                ))}
              </Group>
            </Checkbox.Group>
          </fieldset>
        ))}
        {form.problem("quiet_hours") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("quiet_hours")}
          </Text>
        )}
        {free.length > 0 && (
          <Select
            w={260}
            size="sm"
            aria-label={t("quiet.add")}
            placeholder={t("quiet.add")}
            data={free.map((value) => ({ value, label: t(`name.${value}`) }))}
            value={null}
            onChange={(channel) => channel && form.set("quiet_hours", [...list, { channel: channel, start: "21:00", end: "08:00", otherwise: "next_open_time", closed_days: [] }])}
          />
        )}
        <Text size="xs" c="dimmed" maw={640}>
          {t("quiet.note")}
        </Text>
      </Stack>
    </FormCard>
  );
}

/** A day as a bar, its quiet hours dark. */
function Day({ quiet }: { quiet: Quiet }) {
  return (
    <div className={classes["day"]} aria-hidden>
      <div className={classes["hours"]}>
        {stretches(quiet.start, quiet.end).map(({ from, to }) => (
          <span key={from} style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }} />
        ))}
      </div>
      <div className={classes["ticks"]}>
        {["0", "6", "12", "18", "24"].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  );
}
