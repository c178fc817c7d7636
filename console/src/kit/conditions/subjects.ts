/** What a row can be about, as one list to search: fields, events, segments, scores, messages. */
import { propertiesOf, propertyPath } from "./knowledge";
import { nameOf, type FormParts } from "./form";
import { eventRow, emptyGroup, fieldRow, newId, type Row } from "./model";
import { NO_VALUE, offered, type FieldType } from "./operators";
import type { Scope } from "./tree";

export interface Subject {
  readonly value: string;
  readonly label: string;
  /** Second line or small print: what it is. */
  readonly note: string;
}

export interface SubjectGroup {
  readonly group: string;
  readonly items: readonly Subject[];
}

const MESSAGE_EVENTS = ["email_opened", "email_clicked", "email_sent", "email_delivered", "email_bounced", "email_replied"];

export function keyOf(scope: Scope, path: readonly string[]): string {
  return `field:${scope}:${path.join(".")}`;
}

/** The value of a row in the list. */
export function subjectOf(row: Row): string {
  if (row.kind === "event") return `event:${row.event}`;
  if (row.kind === "segment") return "segment:";
  if (row.kind !== "field") return "";
  return row.about.op === "last" ? `last:${row.about.event}` : keyOf(row.about.scope, row.about.path);
}

export function labelOfPath(scope: Scope, path: readonly string[]): string {
  const own = scope === "event" || scope === "enrollment" ? path.filter((part, index) => !((part === "properties" || part === "event") && index < path.length - 1)) : path;
  return nameOf(own.join(" › "));
}

/** All subjects by group; `say` gives the names of groups and fixed entries. */
export function subjectsOf({ knowledge, context, inside }: FormParts, say: (key: string) => string): SubjectGroup[] {
  if (inside !== null) {
    const items = propertiesOf(knowledge.events, [inside], "event").map(({ path }) => ({ value: keyOf("event", path), label: labelOfPath("event", path), note: "" }));
    return [{ group: say("properties"), items }];
  }
  const fields = (pick: (family: string, scope: Scope) => boolean): Subject[] =>
    knowledge.fields.filter((one) => pick(one.family, one.scope)).map(({ scope, path, family }) => ({ value: keyOf(scope, path), label: scope === "engagement" ? say(`engaged_${path[0] ?? ""}`) : labelOfPath(scope, path), note: scope === "profile" ? family : "" }));
  const events = knowledge.events.map(({ name, when }) => ({ value: `event:${name}`, label: nameOf(name), note: when }));
  const messages = MESSAGE_EVENTS.map((name) => ({ value: `event:${name}`, label: say(`message_${name}`), note: "" }));
  const own = context.about === "contact" ? [] : [{ group: say(context.about === "event" ? "this_event" : "came_by"), items: fields((family, scope) => scope === "event" || (scope === "enrollment" && family === "event")) }];
  const passage = context.about === "workflow" ? [{ group: say("this_workflow"), items: [{ value: keyOf("enrollment", ["entered_at"]), label: say("entered_at"), note: "" }] }] : [];
  return [
    ...own,
    { group: say("fields"), items: fields((family, scope) => scope === "profile" && family !== "score") },
    { group: say("scores"), items: fields((family, scope) => scope === "engagement" || family === "score") },
    { group: say("segments"), items: [{ value: "segment:", label: say("segment"), note: "" }] },
    { group: say("messages"), items: messages },
    { group: say("events"), items: events.filter((one) => !MESSAGE_EVENTS.includes(one.value.slice(6))) },
    { group: say("last"), items: knowledge.events.map(({ name }) => ({ value: `last:${name}`, label: `${say("last_time")} ${nameOf(name)}`, note: "" })) },
    ...passage,
  ].filter((group) => group.items.length > 0);
}

export function typeOfField({ knowledge, inside }: Pick<FormParts, "knowledge" | "inside">, row: Extract<Row, { kind: "field" }>): { type: FieldType; choices: readonly string[] } {
  if (row.about.op === "last") return { type: "date", choices: [] };
  const { scope, path } = row.about;
  const known = inside !== null && scope === "event" ? propertiesOf(knowledge.events, [inside], "event") : knowledge.fields;
  const found = known.find((one) => keyOf(one.scope, one.path) === keyOf(scope, path));
  return { type: found?.type ?? "any", choices: found?.choices ?? [] };
}

/** The row for a chosen subject, in the place of another one. */
export function rowFor(parts: FormParts, value: string, before: Row): Row {
  const [kind, rest] = split(value);
  const made = make(parts, kind, rest);
  if (made.kind === "field" && before.kind === "field") {
    const { type } = typeOfField(parts, made);
    const keeps = offered(type).some((one) => one.id === before.operator);
    return { ...made, id: before.id, operator: keeps ? before.operator : made.operator, value: keeps ? before.value : made.value };
  }
  if (made.kind === "event" && before.kind === "event") return { ...before, event: made.event, where: null };
  return { ...made, id: before.id };
}

function split(value: string): [string, string] {
  const at = value.indexOf(":");
  return [value.slice(0, at), value.slice(at + 1)];
}

function make(parts: FormParts, kind: string, rest: string): Row {
  if (kind === "event") {
    const wantsMessage = MESSAGE_EVENTS.includes(rest) && (parts.context.messages?.length ?? 0) > 0;
    return eventRow(rest, wantsMessage ? emptyGroup("all", [fieldRow("event", ["properties", "node"], "is")]) : null);
  }
  if (kind === "segment") return { kind: "segment", id: newId(), segment: rest, negated: false };
  if (kind === "last") return { kind: "field", id: newId(), about: { op: "last", event: rest }, operator: "within_last", value: NO_VALUE };
  const [scope, name] = split(rest);
  const known = [...parts.knowledge.fields, ...(parts.inside === null ? [] : propertiesOf(parts.knowledge.events, [parts.inside], "event"))].find((one) => keyOf(one.scope, one.path) === `field:${rest}`);
  const typed = scope === "event" ? propertyPath(name, "event") : name.split(".").filter((part) => part !== "");
  const path = known?.path ?? typed;
  const first = offered(known?.type ?? "any")[0]?.id ?? "is";
  return fieldRow(scopeOf(scope), path, known?.type === "number" ? "at_least" : known?.type === "date" ? "within_last" : first);
}


function scopeOf(text: string): Scope {
  return text === "event" || text === "enrollment" || text === "engagement" ? text : "profile";
}
