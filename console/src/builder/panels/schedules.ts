/** Schedules as people draw them, and as the engine reads them: `at`, `rate` or a cron of six fields. */
import { isPlain } from "../model/document";

export const HOWS = ["once", "daily", "weekly", "monthly", "every", "cron"] as const;
export type How = (typeof HOWS)[number];
export const WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface Drawn {
  readonly how: How;
  readonly at: string;
  readonly clock: string;
  readonly days: readonly Weekday[];
  /** Day of the month, or the last one. */
  readonly day: number | "L";
  readonly amount: number;
  readonly unit: "minute" | "hour" | "day";
  readonly cron: string;
}

export const START: Drawn = { how: "weekly", at: "", clock: "09:00", days: ["MON"], day: 1, amount: 1, unit: "day", cron: "0 9 ? * MON *" };

const CRON = /^(\d{1,2}) (\d{1,2}) (\S+) \* (\S+) \*$/;
const RATE = /^(\d+) (minute|hour|day)s?$/;
const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

export function readSchedule(value: unknown): Drawn {
  if (!isPlain(value)) return START;
  const at = text(value["at"]);
  if (at !== "") return { ...START, how: "once", at };
  const rate = RATE.exec(text(value["rate"]));
  if (rate !== null) return { ...START, how: "every", amount: Number(rate[1]), unit: rate[2] as Drawn["unit"] };
  const cron = text(value["cron"]);
  return cron === "" ? START : { ...(readCron(cron) ?? { ...START, how: "cron" }), cron };
}

function readCron(cron: string): Drawn | null {
  const found = CRON.exec(cron);
  if (found === null) return null;
  const clock = `${(found[2] ?? "").padStart(2, "0")}:${(found[1] ?? "").padStart(2, "0")}`;
  const [, , , day = "", weekdays = ""] = found;
  if (weekdays === "?") {
    if (day === "*") return { ...START, how: "daily", clock };
    if (day === "L") return { ...START, how: "monthly", clock, day };
    return /^\d{1,2}$/.test(day) ? { ...START, how: "monthly", clock, day: Number(day) } : null;
  }
  if (day !== "?") return null;
  if (weekdays === "*") return { ...START, how: "daily", clock };
  const days = weekdays === "MON-FRI" ? WEEKDAYS.slice(0, 5) : WEEKDAYS.filter((one) => weekdays.split(",").includes(one));
  return weekdays !== "MON-FRI" && days.length !== weekdays.split(",").length ? null : { ...START, how: "weekly", clock, days };
}

export function writeSchedule(drawn: Drawn): Readonly<Record<string, string>> {
  const [hours = "9", minutes = "0"] = drawn.clock.split(":");
  const time = `${Number(minutes)} ${Number(hours)}`;
  switch (drawn.how) {
    case "once":
      return { at: drawn.at };
    case "every":
      return { rate: `${drawn.amount} ${drawn.unit}${drawn.amount === 1 ? "" : "s"}` };
    case "daily":
      return { cron: `${time} * * ? *` };
    case "weekly": {
      const days = WEEKDAYS.filter((one) => drawn.days.includes(one));
      return { cron: `${time} ? * ${days.length === 0 ? "MON" : days.join(",")} *` };
    }
    case "monthly":
      return { cron: `${time} ${drawn.day} * ? *` };
    case "cron":
      return { cron: drawn.cron };
  }
}
