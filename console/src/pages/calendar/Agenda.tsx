import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconBroadcast, IconRepeat } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import type { CalendarEntry } from "@/api/calendar";
import classes from "./Calendar.module.css";
import { useEntryText } from "./Entry";
import { dayText } from "./Month";
import type { Day } from "./days";
import type { Placed } from "./placing";

const TONES: Record<CalendarEntry["state"], Tone> = { planned: "info", paused: "warn", running: "good", done: "quiet", failed: "bad" };

/** What goes out, day after day, as a list. */
export function Agenda({ days, today, zone, placed }: { days: readonly Day[]; today: Day; zone: string; placed: ReadonlyMap<Day, Placed[]> }) {
  const { t, i18n } = useTranslation("calendar");
  const words = useEntryText(zone);
  const full = days.filter((one) => (placed.get(one)?.length ?? 0) > 0);
  if (full.length === 0) {
    return (
      <div className={classes["grid"]}>
        <EmptyState art="calendar" title={t("empty")} text={t("teach")}>
          <Button component={Link} to="/gallery">
            {t("gallery")}
          </Button>
        </EmptyState>
      </div>
    );
  }
  return (
    <div className={classes["agenda"]}>
      {full.map((day) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className={classes["date"]}>
            {dayText(day, i18n.language, { weekday: "long", day: "numeric", month: "long" })}
            {day === today && <span>{t("today")}</span>}
          </h2>
          <ul>
            {placed.get(day)?.map(({ entry }) => {
              const Icon = entry.kind === "broadcast" ? IconBroadcast : IconRepeat;
              return (
                <li key={entry.workflow + entry.trigger + entry.at}>
                  <Text size="sm" fw={600} className="tabular" w={72}>
                    {words.time(entry)}
                  </Text>
                  <Icon size={17} aria-hidden color="var(--quiet)" />
                  <div style={{ flex: 1, minWidth: 0 }}>
                    <Anchor component={Link} to={`/workflows/${entry.workflow}`} size="sm" fw={550} truncate display="block">
                      {entry.name}
                    </Anchor>
                    <Text size="xs" c="dimmed">
                      {[words.kind(entry), words.audience(entry), entry.more ? t("more_often") : ""].filter(Boolean).join(" · ")}
                    </Text>
                  </div>
                  <Group>
                    <StatusBadge tone={TONES[entry.state]} pulse={entry.state === "running"}>
                      {words.state(entry)}
                    </StatusBadge>
                  </Group>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}
