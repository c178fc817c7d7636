/** What a workspace has that a condition can name: fields, events, segments. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import type { FieldType } from "./operators";
import type { Scope } from "./tree";

export interface FieldInfo {
  readonly scope: Scope;
  readonly path: readonly string[];
  readonly type: FieldType;
  readonly choices: readonly string[];
  readonly family: string;
}

export interface EventInfo {
  readonly name: string;
  readonly family: string;
  readonly when: string;
  readonly properties: Readonly<Record<string, FieldType>>;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Knowledge {
  readonly fields: readonly FieldInfo[];
  readonly events: readonly EventInfo[];
  readonly segments: readonly Named[];
}

/** Where a condition stands: it decides what it can read. */
export interface ConditionContext {
  /** `contact`: segments. `event`: an event is at hand (triggers, exits, goals). `workflow`: a step of a workflow. */
  readonly about: "contact" | "event" | "workflow";
  /** Events that may be at hand, or by which the contact came in; for their properties. */
  readonly events?: readonly string[];
  /** Steps of this workflow that send something. */
  readonly messages?: readonly Named[];
}

const MINUTES = 5 * 60_000;
const ENGAGEMENT: Readonly<Record<string, FieldType>> = { score: "number", delivered: "number", opens: "number", clicks: "number", visits: "number", last_at: "date" };
const EVENT_KEYS = new Set(["name", "type", "timestamp", "message_id", "context", "properties"]);

export function useKnownEvents(): readonly EventInfo[] {
  const found = useQuery({
    queryKey: keys.of("known-events"),
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/events/known", { signal }))).items,
  });
  return found.data ?? NO_EVENTS;
}
const NO_EVENTS: readonly EventInfo[] = [];

export function useAttributes(): readonly FieldInfo[] {
  const found = useQuery({
    queryKey: keys.of("attributes", "all-for-conditions"),
    staleTime: MINUTES,
    queryFn: async ({ signal }): Promise<readonly FieldInfo[]> => {
      const [registry, registered, models, lifecycle] = await Promise.all([
        body(api.GET("/api/v1/attributes", { params: { query: { limit: 200 } }, signal })),
        body(api.GET("/api/v1/workspace/fields", { signal })),
        body(api.GET("/api/v1/scoring/models", { params: { query: { limit: 50 } }, signal })),
        body(api.GET("/api/v1/lifecycle", { signal })),
      ]);
      const all = new Map<string, FieldInfo>();
      const add = (name: string, type: FieldType, family: string, choices: readonly string[] = []): void => {
        all.set(name, { scope: "profile", path: name.split("."), type, choices, family });
      };
      for (const one of registry.items) add(one.name, typeOf(one.type), one.family, one.choices);
      for (const [name, type] of Object.entries(registered.fields)) if (!all.has(name)) add(name, type, "custom");
      add("score", "number", "score");
      for (const model of models.items) add(`${model.id}_score`, "number", "score");
      const stages = stageNames(lifecycle);
      if (stages.length > 0) add("lifecycle_stage", "text", "behavioural", stages);
      return [...all.values()];
    },
  });
  return found.data ?? NO_FIELDS;
}
const NO_FIELDS: readonly FieldInfo[] = [];

function stageNames(said: { readonly lifecycle: { readonly stages?: readonly { readonly name: string }[] } }): readonly string[] {
  return (said.lifecycle.stages ?? []).map((one) => one.name);
}

/** Attributes know finer types than conditions do: an e-mail address is a text. */
function typeOf(type: string): FieldType {
  if (type === "number" || type === "boolean" || type === "date" || type === "list" || type === "object" || type === "any") return type;
  return type === "integer" || type === "money" ? "number" : type === "timestamp" ? "date" : "text";
}

export function useSegmentNames(): readonly Named[] {
  const found = useQuery({
    queryKey: keys.of("segments", "names"),
    staleTime: MINUTES,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/segments", { params: { query: { limit: 200 } }, signal }))).items.map(({ id, name }) => ({ id, name: name || id })),
  });
  return found.data ?? NO_NAMES;
}
const NO_NAMES: readonly Named[] = [];

/** The properties of an event as fields of a scope; `inside` puts `event` before them, as the enrollment's event has them. */
export function propertiesOf(events: readonly EventInfo[], names: readonly string[], scope: "event" | "enrollment"): FieldInfo[] {
  const inside = scope === "enrollment" ? ["event"] : [];
  const found = new Map<string, FieldInfo>();
  for (const event of events.filter((one) => names.includes(one.name))) {
    for (const [name, type] of Object.entries(event.properties)) found.set(name, { scope, path: [...inside, "properties", name], type, choices: [], family: "event" });
  }
  for (const [name, type] of [["name", "text"], ["timestamp", "date"]] as const) found.set(`.${name}`, { scope, path: [...inside, name], type, choices: [], family: "event" });
  return [...found.values()];
}

/** A property of an event by the name that somebody types. */
export function propertyPath(name: string, scope: "event" | "enrollment"): readonly string[] {
  const inside = scope === "enrollment" ? ["event"] : [];
  const path = name.split(".").filter((part) => part !== "");
  return [...inside, ...(EVENT_KEYS.has(path[0] ?? "") ? path : ["properties", ...path])];
}

const ENGAGED: readonly FieldInfo[] = Object.entries(ENGAGEMENT).map(([name, type]) => ({ scope: "engagement", path: [name], type, choices: [], family: "engagement" }));

export function useKnowledge({ about, events: names }: ConditionContext): Knowledge {
  const events = useKnownEvents();
  const attributes = useAttributes();
  const segments = useSegmentNames();
  const listed = (names ?? []).join("\n");
  return useMemo(() => {
    const fields: FieldInfo[] = [...attributes, ...ENGAGED];
    if (about === "event") fields.push(...propertiesOf(events, listed.split("\n"), "event"));
    if (about === "workflow") {
      fields.push({ scope: "enrollment", path: ["entered_at"], type: "date", choices: [], family: "workflow" });
      fields.push(...propertiesOf(events, listed.split("\n"), "enrollment"));
    }
    return { fields, events, segments };
  }, [about, attributes, events, segments, listed]);
}
