import type { DayPoint, Sums } from "@/api/figures";

export type FigureName = "sent" | "delivered" | "opened" | "clicked" | "conversions" | "unsubscribed" | "bounced" | "complained" | "usd";

/** Where mailbox providers begin to refuse a sender: complaints of 0.1 % (Google, Yahoo), bounces of 2 % (SES asks for less than 5 %). */
export const LINES = { complained: 0.001, bounced: 0.02 } as const;

/** Of what a figure is a share: opens and clicks of what was delivered, the rest of what was sent. */
const BASES = { delivered: "sent", opened: "delivered", clicked: "delivered", unsubscribed: "delivered", bounced: "sent", complained: "delivered" } as const satisfies Partial<Record<FigureName, FigureName>>;

/** Fewer messages than this say nothing about a rate. */
const LEAST = 20;

/** A figure as a share; null where there is nothing to divide by, or where the provider hardly tells of deliveries: one click of one told delivery says nothing of the other messages. */
export function rateOf(name: FigureName, sums: Sums): number | null {
  const untold = name in BASES && BASES[name as keyof typeof BASES] === "delivered" && name !== "complained" && 2 * sums.delivered < sums.sent;
  if (untold) return null;
  const base = name in BASES ? sums[BASES[name as keyof typeof BASES]] : 0;
  return base > 0 ? sums[name] / base : null;
}

/** Growth from one period to the next; null: there is nothing to compare with. */
export function changeOf(now: number, before: number): number | null {
  return before === 0 ? null : now / before - 1;
}

export type Health = "good" | "near" | "over" | "unknown";

/** How a rate stands to its line: near is above half of it. */
export function healthOf(name: keyof typeof LINES, sums: Sums): Health {
  const rate = rateOf(name, sums);
  if (rate === null || sums.sent < LEAST) return "unknown";
  if (rate > LINES[name]) return "over";
  return rate > LINES[name] / 2 ? "near" : "good";
}

/** A line through values as an SVG path in a box; the lowest value shown is 0. */
export function pathOf(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return "";
  const top = Math.max(...values, 1e-9);
  return values.map((value, place) => `${place === 0 ? "M" : "L"}${round((place / (values.length - 1)) * width)} ${round(height - (Math.max(value, 0) / top) * height)}`).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function valuesOf(days: readonly DayPoint[], name: FigureName): number[] {
  return days.map((day) => day[name]);
}
