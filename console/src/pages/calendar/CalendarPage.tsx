import { ActionIcon, Alert, Button, Group, SegmentedControl, Select, Skeleton, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconMoon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useCalendar, useToday } from "@/api/calendar";
import { useWorkspace } from "@/api/workspace";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { Agenda } from "./Agenda";
import { Month, dayText } from "./Month";
import { Week } from "./Week";
import { daysOf, isDay, moved, plusDays, type View } from "./days";
import { byDay, filtered } from "./placing";

const VIEWS = ["month", "week", "agenda"] as const;
const KINDS = ["schedule", "broadcast"] as const;

/** What goes out when: schedules that will fire, broadcasts that ran or run. */
export default function CalendarPage() {
  const { t, i18n } = useTranslation("calendar");
  const [url, set] = useUrlState({ view: "month", day: "", workflow: "", kind: "", channel: "", zone: "mine" });
  const workspace = useWorkspace();
  const { data: today, error: lost, refetch } = useToday();
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const theirs = workspace.data?.timeZone || "UTC";
  const zone = url.zone === "workspace" ? theirs : mine;
  const view: View = VIEWS.find((one) => one === url.view) ?? "month";
  const day = isDay(url.day) ? url.day : (today ?? "2026-01-01");
  const days = daysOf(view, day);
  // A day more on both sides: a zone's day begins up to 14 hours before or after UTC's.
  const calendar = useCalendar(plusDays(days[0] ?? day, -1), plusDays(days.at(-1) ?? day, 2), today !== undefined);
  const entries = calendar.data?.entries ?? [];
  const placed = byDay(filtered(entries, url), zone);
  const quiet = (calendar.data?.quiet_hours ?? []).filter((one) => url.workflow === "" || one.workflow === url.workflow);
  const workflows = new Map(entries.map((one) => [one.workflow, one.name]));
  const channels = [...new Set(entries.flatMap((one) => one.channels))].sort();
  const channelWord = (name: string): string => (i18n.exists(`calendar:channel.${name}`) ? t(`channel.${name as "email"}`) : name);
  const failure = lost ?? calendar.error;
  const title = view === "agenda" ? t("from", { day: dayText(day, i18n.language, { dateStyle: "long" }) }) : dayText(day, i18n.language, { month: "long", year: "numeric" });
  const go = (to: string) => set({ day: to }, { replace: true });
  const open = (to: string) => set({ day: to, view: "agenda" });
  const shown = { days, day, today: today ?? "", zone, placed, onDay: go, onOpen: open };
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={<SegmentedControl value={view} onChange={(value) => set({ view: value })} data={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))} aria-label={t("view.label")} />}
    >
      <Group gap="sm">
        <Group gap={4} wrap="nowrap">
          <ActionIcon variant="default" size={36} aria-label={t("back")} onClick={() => go(moved(view, day, -1))}>
            <IconChevronLeft size={18} />
          </ActionIcon>
          <ActionIcon variant="default" size={36} aria-label={t("forward")} onClick={() => go(moved(view, day, 1))}>
            <IconChevronRight size={18} />
          </ActionIcon>
          <Button variant="default" onClick={() => today && go(today)} disabled={day === today}>
            {t("today")}
          </Button>
        </Group>
        <Text fw={650} size="lg" aria-live="polite" style={{ flex: 1 }}>
          {title}
        </Text>
        <Select
          w={200}
          placeholder={t("filter.workflow")}
          aria-label={t("filter.workflow")}
          data={[...workflows].map(([value, label]) => ({ value, label }))}
          value={url.workflow || null}
          onChange={(value) => set({ workflow: value ?? "" })}
          clearable
          searchable
        />
        <Select
          w={150}
          placeholder={t("filter.kind")}
          aria-label={t("filter.kind")}
          data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={KINDS.find((one) => one === url.kind) ?? null}
          onChange={(value) => set({ kind: value ?? "" })}
          clearable
        />
        <Select
          w={150}
          placeholder={t("filter.channel")}
          aria-label={t("filter.channel")}
          data={(url.channel === "" || channels.includes(url.channel) ? channels : [...channels, url.channel]).map((value) => ({ value, label: channelWord(value) }))}
          value={url.channel || null}
          onChange={(value) => set({ channel: value ?? "" })}
          clearable
        />
        <Select
          w={210}
          aria-label={t("zone.label")}
          data={[
            { value: "mine", label: t("zone.mine", { zone: mine }) },
            { value: "workspace", label: t("zone.workspace", { zone: theirs }) },
          ]}
          value={url.zone === "workspace" ? "workspace" : "mine"}
          onChange={(value) => set({ zone: value ?? "mine" })}
          allowDeselect={false}
        />
      </Group>
      {failure && !calendar.data ? (
        <ErrorState error={failure} again={() => void (lost ? refetch() : calendar.refetch())} />
      ) : !calendar.data ? (
        <Skeleton h={620} radius="md" />
      ) : (
        <>
          {view === "month" && <Month {...shown} />}
          {view === "week" && <Week {...shown} quiet={quiet} />}
          {view === "agenda" && <Agenda {...shown} />}
          {view !== "agenda" && placed.size === 0 && (
            <Text size="sm" c="dimmed" ta="center" role="status">
              {t("teach")}
            </Text>
          )}
          {quiet.length > 0 && (
            <Alert variant="light" color="gray" icon={<IconMoon size={18} />} title={t("quiet.title")}>
              {quiet.map((one) => (
                <Text key={one.workflow} size="sm">
                  {t(`quiet.${one.otherwise}`, { name: one.name, start: one.start, end: one.end, zone: one.time_zone })}
                </Text>
              ))}
            </Alert>
          )}
        </>
      )}
    </Page>
  );
}
