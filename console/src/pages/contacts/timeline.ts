import { isRecord } from "@/api/error";
import type { Enrollment } from "@/api/contacts";
import type { Message, TimelineEntry } from "@/api/timeline";
import { labelOf } from "./names";

export const KINDS = ["event", "message", "engagement", "workflow", "problem"] as const;
export type Kind = (typeof KINDS)[number];

/** Something that happened, of whatever source. */
export interface Item {
  id: string;
  at: string;
  kind: Kind;
  name: string;
  properties: Record<string, unknown>;
  source: string;
  /** Whether a machine did it: a scanner or a mail client that loads pictures by itself. */
  machine: boolean;
  older: boolean;
  /** Where it happened, if it happened in a workflow. */
  workflow: string;
  /** What people call that workflow. */
  called: string;
  /** The name of the workflow's step that it came of. */
  step: string;
}

const ENGAGEMENT = /^(email|sms|push)_(opened|clicked|replied)$/;
const TROUBLE = /^(email|sms|push)_(bounced|complained|rejected|failed|delayed|unsubscribed)$/;
const MESSAGE = /^(email|sms|push)_(sent|delivered)$/;

export function kindOf(name: string): Kind {
  if (TROUBLE.test(name)) return "problem";
  if (ENGAGEMENT.test(name)) return "engagement";
  return MESSAGE.test(name) ? "message" : "event";
}

export function isMachine(properties: Record<string, unknown>): boolean {
  const rule = properties["machine_rule"];
  return properties["machine"] === true || (typeof rule === "string" && rule !== "");
}

type Bare = Omit<Item, "called">;

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Names of steps, by workflow and node. */
type Steps = ReadonlyMap<string, string>;

function ofEvent(entry: TimelineEntry, place: number, steps: Steps): Bare {
  const properties = isRecord(entry.properties) ? entry.properties : {};
  const [workflow, node] = [textOf(properties["workflow"]), textOf(properties["node"])];
  return {
    id: entry.id || `${entry.at}-${entry.name}-${place}`,
    at: entry.at,
    kind: kindOf(entry.name),
    name: entry.name,
    properties,
    source: entry.source,
    machine: isMachine(properties),
    older: entry.kept_in === "lake",
    workflow,
    step: workflow === "" || node === "" ? "" : (steps.get(`${workflow}/${node}`) ?? labelOf(node)),
  };
}

function ofMessage(message: Message): Bare {
  return {
    id: `${message.run}/${message.node}/${message.enrollment}`,
    at: message.at,
    kind: message.outcome === "sent" ? "message" : "problem",
    name: `message_${message.outcome}`,
    properties: { message: message.name || labelOf(message.node), channel: message.channel, ...(message.reason ? { reason: message.reason } : {}) },
    source: "",
    machine: false,
    older: false,
    workflow: message.workflow,
    // Its own name says it.
    step: "",
  };
}

function ofEnrollment(enrollment: Enrollment): Bare {
  return {
    id: `entered/${enrollment.workflow}/${enrollment.enrollment}`,
    at: enrollment.entered_at,
    kind: "workflow",
    name: "workflow_entered",
    properties: { version: enrollment.version },
    source: "",
    machine: false,
    older: false,
    workflow: enrollment.workflow,
    step: "",
  };
}

/** One timeline of events, messages and workflow entries, newest first. */
export function timelineOf(entries: readonly TimelineEntry[], messages: readonly Message[], enrollments: readonly Enrollment[]): Item[] {
  const told = new Set(entries.filter((one) => one.name === "email_sent").map((one) => `${textOf(one.properties["enrollment"])}/${textOf(one.properties["node"])}`));
  const steps = new Map(messages.filter((one) => one.name !== "").map((one) => [`${one.workflow}/${one.node}`, one.name]));
  const items = [
    ...entries.map((one, place) => ofEvent(one, place, steps)),
    // A sent message that the events tell too would stand there twice.
    ...messages.filter((one) => one.outcome !== "sent" || !told.has(`${one.enrollment}/${one.node}`)).map(ofMessage),
    ...enrollments.map(ofEnrollment),
  ];
  const names = new Map(enrollments.map((one) => [one.workflow, one.workflow_name]));
  return items.map((one) => ({ ...one, called: names.get(one.workflow) ?? one.workflow })).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

export interface Day {
  /** `2026-03-02` in the reader's zone. */
  day: string;
  items: Item[];
}

/** Groups by calendar day, in a zone; the order stays. */
export function byDay(items: readonly Item[], zone?: string): Day[] {
  const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", ...(zone ? { timeZone: zone } : {}) });
  const days: Day[] = [];
  for (const item of items) {
    const day = format.format(new Date(item.at));
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}

/** The few properties that a line shows; addresses of the machine room stay in the details. */
const HIDDEN = new Set(["message", "enrollment", "version", "workflow", "machine_rule", "message_id"]);
/** Of what happened in a workflow; elsewhere they are somebody's own properties. */
const OF_WORKFLOWS = new Set(["node", "visit", "run"]);

export function shownProperties(item: Item): [string, unknown][] {
  const hidden = (name: string): boolean => HIDDEN.has(name) || (item.workflow !== "" && OF_WORKFLOWS.has(name));
  return Object.entries(item.properties).filter(([name, value]) => !hidden(name) && value !== "" && value !== null && typeof value !== "object");
}
