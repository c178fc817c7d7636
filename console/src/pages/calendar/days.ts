/** Civil days as `2026-03-02`: reckoned in UTC, so that no clock change shifts them. */
export type Day = string;

const DAY = 86_400_000;

function time(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time(text));
}

export function plusDays(day: Day, days: number): Day {
  return new Date(time(day) + days * DAY).toISOString().slice(0, 10);
}

/** The same day of another month, or that month's last. */
export function plusMonths(day: Day, months: number): Day {
  const at = new Date(time(day));
  const wanted = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(wanted, last));
  return at.toISOString().slice(0, 10);
}

/** Monday of a day's week (ISO 8601). */
export function weekStart(day: Day): Day {
  return plusDays(day, -((new Date(time(day)).getUTCDay() + 6) % 7));
}

export type View = "month" | "week" | "agenda";

/** The days that a view shows around a day. */
export function daysOf(view: View, day: Day): Day[] {
  if (view === "week") return span(weekStart(day), 7);
  if (view === "agenda") return span(day, 31);
  const first = `${day.slice(0, 8)}01`;
  const start = weekStart(first);
  const last = plusDays(plusMonths(first, 1), -1);
  const weeks = Math.ceil((time(last) - time(start) + DAY) / (7 * DAY));
  return span(start, weeks * 7);
}

function span(start: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, place) => plusDays(start, place));
}

/** Where Back and Forward lead. */
export function moved(view: View, day: Day, by: 1 | -1): Day {
  if (view === "month") return plusMonths(day, by);
  return plusDays(day, by * (view === "week" ? 7 : 31));
}

const parts = new Map<string, Intl.DateTimeFormat>();

/** A moment's day and minutes since midnight, in a zone. */
export function localOf(at: string, zone: string): { day: Day; minutes: number } {
  let format = parts.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    parts.set(zone, format);
  }
  const found = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return { day: `${found["year"]}-${found["month"]}-${found["day"]}`, minutes: Number(found["hour"]) * 60 + Number(found["minute"]) };
}

/** Quiet hours as stretches of a day in minutes; those over midnight are two. */
export function stretches(start: string, end: string): [number, number][] {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const [from, to] = [minutes(start), minutes(end)];
  if (from === to) return [[0, 1440]];
  return from < to ? [[from, to]] : ([[0, to], [from, 1440]] as [number, number][]).filter(([a, b]) => a < b);
}
