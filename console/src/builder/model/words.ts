/** Durations, times and conditions as people say them; what cannot be read is shown as it was written. */
import { isPlain } from "./document";

/** Looks a text up: key in the builder's catalogue, values for its placeholders. */
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export interface Tongue {
  readonly say: Say;
  /** BCP 47, for numbers and dates. */
  readonly locale: string;
}

const UNITS = new Set(["second", "minute", "hour", "day", "week"]);

export function durationWords(text: unknown, { locale }: Tongue): string {
  if (typeof text !== "string") return "";
  const found = /^([+-]?)(\d+)[_ ]([a-z]+?)s?$/.exec(text.trim());
  const unit = found?.[3] ?? "";
  if (found === null || !UNITS.has(unit)) return text;
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(Number(found[2]));
}

/** `09:00` -> `9:00`, `9:00 AM` and so on, without a date. */
export function clockWords(text: string, { locale }: Tongue): string {
  const found = /^(\d\d):(\d\d)$/.exec(text);
  if (found === null) return text;
  const at = new Date(2026, 0, 5, Number(found[1]), Number(found[2]));
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(at);
}

export function dateWords(text: string, { locale }: Tongue): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = new Date(day ? `${text}T12:00` : text);
  if (Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", ...(day ? {} : { timeStyle: "short" }) }).format(at);
}

/** `email_opened` -> `email opened`: names as people say them. */
export function nameWords(name: unknown): string {
  return typeof name === "string" ? name.replaceAll("_", " ").trim() : "";
}

const VALUE = String.raw`("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false)`;
const COMPARE = new RegExp(String.raw`^([A-Za-z_][\w.]*)\s*(==|=|!=|>=|<=|>|<)\s*${VALUE}$`);
const DID = /^(not\s+)?did\(\s*["']?([\w .-]+?)["']?\s*(?:,\s*(\d+\s+\w+)\s*)?\)$/;
const COUNT = /^count\(\s*["']?([\w .-]+?)["']?\s*(?:,\s*(\d+\s+\w+)\s*)?\)\s*(>=|<=|>|<|=|==)\s*(\d+)$/;
const SEGMENT = /^(not\s+)?in segment\s+(?:"([^"]*)"|'([^']*)')$/;
const SIGNS: Readonly<Record<string, string>> = {
  "=": "is",
  "==": "is",
  "!=": "is_not",
  ">=": "at_least",
  "<=": "at_most",
  ">": "more",
  "<": "less",
};

/** A condition in words, part by part; a part that is more than a simple comparison is shown as written. */
export function conditionWords(condition: unknown, tongue: Tongue): string {
  if (isPlain(condition)) return tongue.say("summary.condition_json");
  if (typeof condition !== "string") return "";
  const text = condition.trim().replace(/\s+/g, " ");
  for (const [joint, key] of [
    [" and ", "summary.and"],
    [" or ", "summary.or"],
  ] as const) {
    const parts = topLevel(text, joint);
    if (parts.length > 1) return parts.map((part) => simple(part, tongue)).join(` ${tongue.say(key)} `);
  }
  return simple(text, tongue);
}

function topLevel(text: string, joint: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (depth === 0 && text.startsWith(joint, at)) {
      parts.push(text.slice(start, at));
      start = at + joint.length;
    }
  }
  return [...parts, text.slice(start)];
}

function simple(text: string, tongue: Tongue): string {
  const { say } = tongue;
  const did = DID.exec(text);
  if (did !== null) {
    const key = did[1] === undefined ? "summary.did" : "summary.did_not";
    const event = nameWords(did[2]);
    return did[3] === undefined ? say(key, { event }) : say(`${key}_within`, { event, time: durationWords(did[3], tongue) });
  }
  const count = COUNT.exec(text);
  if (count !== null) {
    const sign = say(`summary.sign.${SIGNS[count[3] ?? ""] ?? "is"}`);
    const counted = say("summary.counted", { event: nameWords(count[1]), sign, times: Number(count[4]) });
    return count[2] === undefined ? counted : say("summary.within", { what: counted, time: durationWords(count[2], tongue) });
  }
  const segment = SEGMENT.exec(text);
  if (segment !== null) return say(segment[1] === undefined ? "summary.in_segment" : "summary.not_in_segment", { segment: nameWords(segment[2] ?? segment[3]) });
  const compare = COMPARE.exec(text);
  if (compare === null) return text;
  const value = (compare[3] ?? "").replace(/^["']|["']$/g, "");
  const shown = /^["']/.test(compare[3] ?? "") ? say("summary.quoted", { text: value }) : value;
  return say("summary.compare", { field: nameWords(compare[1]), sign: say(`summary.sign.${SIGNS[compare[2] ?? ""] ?? "is"}`), value: shown });
}
