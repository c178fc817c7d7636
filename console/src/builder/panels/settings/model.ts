/** A workflow's settings as the form reads and writes them; what is the default is not written. */
import { isPlain } from "../../model/document";
import type { Details } from "../../model/types";

export interface Reentry {
  readonly rule: "never" | "any_time" | "after_exit";
  readonly interval_minutes: number;
  readonly max_entries: number | null;
}
export interface Exit {
  readonly event: string;
  readonly where: string;
  readonly emit: string;
}
export interface Goal {
  readonly event: string;
  readonly where: string;
  readonly within: string;
  readonly ends: boolean;
}
export interface Quiet {
  readonly start: string;
  readonly end: string;
  readonly otherwise: "next_open_time" | "skip";
  /** Kept as they are; they are said in YAML. */
  readonly closed_days?: readonly string[];
}
export interface Cap {
  readonly channel: string;
  readonly tag: string;
  readonly limit: number;
  readonly per: "day" | "week" | "month";
}
export interface Settings {
  readonly reentry: Reentry;
  readonly entry_key: string;
  readonly filter: string;
  readonly exit_criteria: readonly Exit[];
  readonly exit_on_unsubscribe: boolean;
  readonly goals: readonly Goal[];
  /** Empty: the workspace's. */
  readonly time_zone: string;
  readonly quiet_hours: Quiet | null;
  readonly frequency_caps: readonly Cap[];
}

type Plain = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const plain = (value: unknown): Plain => (isPlain(value) ? value : {});
const many = (value: unknown): readonly Plain[] => (Array.isArray(value) ? value.filter(isPlain) : []);
const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

export function readSettings(details: Details): Settings {
  const given = plain(details["settings"]);
  const reentry = plain(given["reentry"]);
  const rule = reentry["rule"];
  const quiet = given["quiet_hours"];
  return {
    reentry: { rule: rule === "any_time" || rule === "after_exit" ? rule : "never", interval_minutes: number(reentry["interval_minutes"], 5), max_entries: typeof reentry["max_entries"] === "number" ? reentry["max_entries"] : null },
    entry_key: text(given["entry_key"]),
    filter: text(given["filter"]),
    exit_criteria: many(given["exit_criteria"]).map((one) => ({ event: text(one["event"]), where: text(one["where"]), emit: text(one["emit"]) })),
    exit_on_unsubscribe: given["exit_on_unsubscribe"] !== false,
    goals: many(given["goals"]).map((one) => ({ event: text(one["event"]), where: text(one["where"]), within: text(one["within"]), ends: one["ends"] === true })),
    time_zone: text(given["time_zone"]),
    quiet_hours: isPlain(quiet) ? { start: text(quiet["start"]), end: text(quiet["end"]), otherwise: quiet["otherwise"] === "skip" ? "skip" : "next_open_time", ...(Array.isArray(quiet["closed_days"]) ? { closed_days: quiet["closed_days"].map(text) } : {}) } : null,
    frequency_caps: many(given["frequency_caps"]).map((one) => ({ channel: text(one["channel"]) || "email", tag: text(one["tag"]), limit: number(one["limit"], 1), per: one["per"] === "week" || one["per"] === "month" ? one["per"] : "day" })),
  };
}

/** Writes the changed part into the workflow's settings; parts that nobody touched stay as they are. */
export function writeSettings(details: Details, change: Partial<Settings>): Details {
  const settings: Record<string, unknown> = { ...plain(details["settings"]) };
  const put = (name: keyof Settings, value: unknown): void => {
    if (value === undefined) Reflect.deleteProperty(settings, name);
    else settings[name] = value;
  };
  const filled = (one: object): Plain => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== "" && value !== null));
  if (change.reentry !== undefined) put("reentry", change.reentry.rule === "never" ? undefined : filled(change.reentry));
  if (change.entry_key !== undefined) put("entry_key", change.entry_key || undefined);
  if (change.filter !== undefined) put("filter", change.filter || undefined);
  if (change.exit_criteria !== undefined) put("exit_criteria", change.exit_criteria.length === 0 ? undefined : change.exit_criteria.map((one) => ({ ...filled(one), event: one.event })));
  if (change.exit_on_unsubscribe !== undefined) put("exit_on_unsubscribe", change.exit_on_unsubscribe ? undefined : false);
  if (change.goals !== undefined) put("goals", change.goals.length === 0 ? undefined : change.goals.map(({ ends, ...one }) => ({ ...filled(one), event: one.event, ...(ends ? { ends } : {}) })));
  if (change.time_zone !== undefined) put("time_zone", change.time_zone || undefined);
  if (change.quiet_hours !== undefined) put("quiet_hours", change.quiet_hours ?? undefined);
  if (change.frequency_caps !== undefined) put("frequency_caps", change.frequency_caps.length === 0 ? undefined : change.frequency_caps.map(filled));
  return { settings };
}

export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** What re-entry means, for a contact of a name, in two or three sentences. */
export function reentryExample({ reentry, entry_key }: Settings, say: Words): string {
  const { rule, interval_minutes, max_entries } = reentry;
  const parts = [say(`told.${rule}`)];
  if (rule !== "never" && interval_minutes > 0) parts.push(say("told.interval", { time: spanWords(interval_minutes, say) }));
  if (rule !== "never" && max_entries !== null) parts.push(say("told.most", { count: max_entries }));
  if (entry_key !== "") parts.push(say("told.keyed", { key: entry_key }));
  return parts.join(" ");
}

export function spanWords(minutes: number, say: Words): string {
  const [amount, unit] = minutes % 1_440 === 0 ? [minutes / 1_440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${amount} ${say(`unit.${unit}`, { count: amount })}`;
}
