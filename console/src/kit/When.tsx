import { Text, Tooltip, type TextProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNow } from "./useNow";

export type WhenForm = "relative" | "date" | "time";

/** `2026-03-02T09:00:00Z` as people say it: "in 3 hours"; the exact time and its zone are in the tooltip. */
export function When({ at, form = "relative", zone, none = "—", ...style }: { at: string | null | undefined; form?: WhenForm; zone?: string; none?: string } & TextProps) {
  const { i18n } = useTranslation("kit");
  const now = useNow();
  const moment = at ? new Date(at) : null;
  if (!moment || Number.isNaN(moment.getTime())) return <Text component="span" inherit c="dimmed" {...style}>{none}</Text>;
  const exact = dateText(moment, i18n.language, { dateStyle: "full", timeStyle: "long" }, zone);
  const shown =
    form === "relative"
      ? relative(moment, now, i18n.language)
      : dateText(moment, i18n.language, form === "date" ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" }, zone);
  return (
    <Tooltip label={exact}>
      <Text component="time" inherit dateTime={moment.toISOString()} {...style}>
        {shown}
      </Text>
    </Tooltip>
  );
}

/** A moment in a zone; without one in the browser's. */
export function dateText(moment: Date, language: string, options: Intl.DateTimeFormatOptions, zone?: string): string {
  return new Intl.DateTimeFormat(language, { ...options, ...(zone ? { timeZone: zone } : {}) }).format(moment);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "5 minutes ago", "tomorrow"; nearer than a minute is "now". */
export function relative(moment: Date, now: Date, language: string): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, "second");
}
