/** Durations as the engine reads them (`2_days`, `-7_days`) and as a form shows them. */

export const UNITS = ["minute", "hour", "day", "week"] as const;
export type DurationUnit = (typeof UNITS)[number] | "second";

export interface Span {
  readonly amount: number;
  readonly unit: DurationUnit;
  readonly before: boolean;
}

const FORM = /^([+-]?)(\d+)[_ ](second|minute|hour|day|week)s?$/;

export function readSpan(text: unknown): Span | null {
  const found = typeof text === "string" ? FORM.exec(text.trim()) : null;
  if (found === null) return null;
  return { amount: Number(found[2]), unit: found[3] as DurationUnit, before: found[1] === "-" };
}

export function writeSpan({ amount, unit, before }: Span): string {
  return `${before ? "-" : ""}${amount}_${unit}${amount === 1 ? "" : "s"}`;
}
