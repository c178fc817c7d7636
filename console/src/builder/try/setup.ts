/** Who walks, how they come in, and what they will do: what the form holds and the request that it makes. Pure. */
import type { components } from "@/api/openapi";
import { toDocument } from "../model/document";
import type { Graph } from "../model/types";

export type TryRequest = components["schemas"]["TryWorkflowIn"];

export interface Field {
  readonly name: string;
  readonly value: string;
}

export type Unit = "minutes" | "hours" | "days";

/** What will happen: after a message (`node`: a step, `*`: any), or after the start (`node` empty). */
export interface Happening {
  readonly node: string;
  readonly event: string;
  readonly after: number;
  readonly unit: Unit;
  readonly properties: readonly Field[];
}

export interface Setup {
  readonly who: "stored" | "made";
  readonly contact: string;
  readonly email: string;
  readonly firstName: string;
  readonly timeZone: string;
  readonly consent: "granted" | "denied" | "";
  readonly fields: readonly Field[];
  readonly trigger: string;
  readonly properties: readonly Field[];
  /** As `<input type=datetime-local>` has it, in the person's zone; empty: now. */
  readonly start: string;
  readonly happenings: readonly Happening[];
}

export function firstSetup(timeZone: string): Setup {
  return { who: "made", contact: "", email: "ada@example.com", firstName: "Ada", timeZone, consent: "granted", fields: [], trigger: "", properties: [], start: "", happenings: [] };
}

/** What people type, as the API wants it: numbers, yes and no, lists; a text in quotes stays a text. */
export function valueOf(typed: string): unknown {
  const text = typed.trim();
  if (text === "") return "";
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function fieldsOf(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), valueOf(value)]));
}

export function requestOf(setup: Setup, graph: Graph): TryRequest {
  const made = setup.who === "made";
  const told = setup.happenings.filter(({ event }) => event.trim() !== "");
  const reactions: Record<string, Record<string, unknown>[]> = {};
  for (const one of told) {
    if (one.node === "") continue;
    (reactions[one.node] ??= []).push({ after: `${one.after} ${one.unit}`, name: one.event.trim(), properties: fieldsOf(one.properties) });
  }
  return {
    workflow: { ...toDocument(graph) },
    contact: made ? "" : setup.contact,
    traits: made
      ? { ...(setup.email === "" ? {} : { email: setup.email }), ...(setup.firstName === "" ? {} : { first_name: setup.firstName }), ...(setup.timeZone === "" ? {} : { time_zone: setup.timeZone }), ...fieldsOf(setup.fields) }
      : fieldsOf(setup.fields),
    consent: made && setup.consent !== "" ? { "email:marketing": setup.consent } : {},
    suppressed: "",
    events: told.filter(({ node }) => node === "").map((one) => ({ at: `${one.after} ${one.unit}`, name: one.event.trim(), properties: fieldsOf(one.properties) })),
    reactions,
    faults: {},
    trigger: setup.trigger,
    event: "",
    event_properties: fieldsOf(setup.properties),
    start: setup.start === "" ? "" : new Date(setup.start).toISOString(),
    time_zone: setup.timeZone,
    days: 400,
  };
}
