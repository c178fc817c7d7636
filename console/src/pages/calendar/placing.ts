import type { CalendarEntry } from "@/api/calendar";
import { localOf, type Day } from "./days";

export interface Placed {
  entry: CalendarEntry;
  minutes: number;
}

export interface EntryFilter {
  workflow: string;
  kind: string;
  channel: string;
}

export function filtered(entries: readonly CalendarEntry[], { workflow, kind, channel }: EntryFilter): CalendarEntry[] {
  return entries.filter((one) => (workflow === "" || one.workflow === workflow) && (kind === "" || one.kind === kind) && (channel === "" || one.channels.includes(channel)));
}

/** Entries by their day in a zone, each day in order of time. */
export function byDay(entries: readonly CalendarEntry[], zone: string): ReadonlyMap<Day, Placed[]> {
  const days = new Map<Day, Placed[]>();
  for (const entry of [...entries].sort((a, b) => a.at.localeCompare(b.at) || a.name.localeCompare(b.name))) {
    const { day, minutes } = localOf(entry.at, zone);
    const list = days.get(day);
    if (list) list.push({ entry, minutes });
    else days.set(day, [{ entry, minutes }]);
  }
  return days;
}

/** Lanes for what would cover each other in a day: entries nearer than `least` minutes stand side by side. */
export function lanes(placed: readonly Placed[], least: number): { one: Placed; lane: number; of: number }[] {
  const found: { one: Placed; lane: number; of: number }[] = [];
  let group: typeof found = [];
  let end = -Infinity;
  for (const one of placed) {
    if (one.minutes >= end) group = [];
    group.push({ one, lane: group.length, of: 0 });
    found.push(...group.slice(-1));
    for (const each of group) each.of = group.length;
    end = Math.max(end, one.minutes + least);
  }
  return found;
}
