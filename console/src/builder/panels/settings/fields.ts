/** Fields of the settings that reuse inputs of the config panels. */
import type { Field } from "../schema";

export function field(name: string, widget: string, required = false): Field {
  return { name, widget, required, kind: "text", title: "", description: "", nullable: false, fallback: "", example: undefined, choices: [], min: null, max: null, whole: false, longest: 200, fields: [], most: null };
}

export const EVENT = field("settings_event", "event", true);
export const WITHIN = field("settings_within", "duration");
export const EMIT = field("settings_emit", "");
export const ZONE = field("settings_zone", "time_zone");
