import type { CallKind } from "@/api/events";

export interface TestForm {
  call: CallKind;
  /** Address or id of whom it is about. */
  who: string;
  event: string;
  /** Properties, or traits of identify: a JSON object. */
  data: string;
}

/** What is wrong with a form, by field; texts are `events:send.problem.<value>`. */
export type Problem = "who" | "event" | "json" | "object";

export function problemsOf({ call, who, event, data }: TestForm): Partial<Record<keyof TestForm, Problem>> {
  const read = objectOf(data);
  return {
    ...(who.trim() ? {} : { who: "who" }),
    ...(call === "track" && !event.trim() ? { event: "event" } : {}),
    ...(read === "json" || read === "object" ? { data: read } : {}),
  };
}

/** The tracking call that a form stands for; an address is a trait, for ids are the shop's own. */
export function documentOf({ call, who, event, data }: TestForm): Record<string, unknown> {
  const given = objectOf(data);
  const values = typeof given === "string" ? {} : given;
  const name = who.trim();
  const address = name.includes("@");
  const email = address ? { email: name } : {};
  const id = address ? {} : { userId: name };
  if (call === "identify") return { ...id, traits: { ...values, ...email } };
  return {
    ...(call === "track" ? { event: event.trim() } : event.trim() ? { name: event.trim() } : {}),
    ...id,
    ...(Object.keys(values).length > 0 ? { properties: values } : {}),
    ...(address ? { context: { traits: email } } : {}),
  };
}

function objectOf(text: string): Record<string, unknown> | "json" | "object" {
  if (text.trim() === "") return {};
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : "object";
  } catch {
    return "json";
  }
}
