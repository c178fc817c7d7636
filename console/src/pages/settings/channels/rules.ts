/** Rules of sending as the forms hold them; the API's are looser objects. */
import type { SendingRules } from "@/api/channels";

export const SCOPES = ["all", "email", "sms", "push"] as const;
export type Scope = (typeof SCOPES)[number];
export const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEK)[number];

export interface Cap {
  channel: Scope;
  limit: number;
  per: "day" | "week" | "month";
  tag: string;
}

export interface Quiet {
  channel: Scope;
  start: string;
  end: string;
  otherwise: "next_open_time" | "skip";
  closed_days: Weekday[];
}

const scope = (value: unknown): Scope => SCOPES.find((one) => one === value) ?? "all";
const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function capsOf(caps: SendingRules["caps"]): Cap[] {
  return caps.map((one) => ({
    channel: scope(one["channel"]),
    limit: typeof one["limit"] === "number" ? one["limit"] : 1,
    per: (["day", "week", "month"] as const).find((per) => per === one["per"]) ?? "week",
    tag: text(one["tag"]),
  }));
}

export function quietOf(hours: SendingRules["quiet_hours"]): Quiet[] {
  return Object.entries(hours).map(([channel, one]) => {
    const closed = one["closed_days"];
    return {
      channel: scope(channel),
      start: text(one["start"]),
      end: text(one["end"]),
      otherwise: one["otherwise"] === "skip" ? "skip" : "next_open_time",
      closed_days: Array.isArray(closed) ? WEEK.filter((day) => closed.includes(day)) : [],
    };
  });
}

export function hoursOf(quiet: readonly Quiet[]): SendingRules["quiet_hours"] {
  return Object.fromEntries(quiet.map(({ channel, ...hours }) => [channel, hours]));
}

const BUCKETS = 10_000;

/** How many percent of contacts a control group holds; 0: there is none. */
export function shareOf(group: SendingRules["control_group"]): number {
  const [first, last] = group ?? [];
  return first === undefined || last === undefined ? 0 : ((last - first + 1) / BUCKETS) * 100;
}

/** The buckets of so many percent, from the first on: a group that grows keeps whom it had. */
export function bucketsOf(percent: number): SendingRules["control_group"] {
  const count = Math.round((percent / 100) * BUCKETS);
  return count > 0 ? [0, count - 1] : null;
}

const minutes = (clock: string): number => {
  const [hours = 0, rest = 0] = clock.split(":").map(Number);
  return hours * 60 + rest;
};

/** Quiet stretches of a day, as shares of it: one, or two where it goes over midnight. */
export function stretches(start: string, end: string): { from: number; to: number }[] {
  const [a, b] = [minutes(start) / 1440, minutes(end) / 1440];
  if (a === b) return [];
  return a < b ? [{ from: a, to: b }] : [{ from: 0, to: b }, { from: a, to: 1 }].filter(({ from, to }) => to > from);
}
