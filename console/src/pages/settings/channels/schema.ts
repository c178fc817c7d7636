/** A provider's options as fields of a form, read from the JSON Schema of its model. */
export type FieldKind = "text" | "number" | "switch" | "choice" | "list";

export interface Field {
  name: string;
  kind: FieldKind;
  /** The server's own words; pages say it better where they know the field. */
  title: string;
  description: string;
  required: boolean;
  default: unknown;
  choices: string[];
  pattern: string;
  maxLength: number;
  min: number | undefined;
  max: number | undefined;
}

type Json = Record<string, unknown>;
const record = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

/** Of `anyOf: [integer, null]` what is not null. */
function plain(schema: Json): Json {
  const some = Array.isArray(schema["anyOf"]) ? schema["anyOf"].map(record).find((one) => one["type"] !== "null") : undefined;
  return some ? { ...schema, ...some } : schema;
}

const KINDS: Record<string, FieldKind> = { boolean: "switch", number: "number", integer: "number", array: "list" };

export function fieldsOf(schema: unknown): Field[] {
  const { properties, required } = record(schema);
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(record(properties)).map(([name, told]) => {
    const one = plain(record(told));
    const choices = Array.isArray(one["enum"]) ? one["enum"].map(String) : [];
    return {
      name,
      kind: choices.length > 0 ? "choice" : (KINDS[text(one["type"])] ?? "text"),
      title: text(one["title"]),
      description: text(one["description"]),
      required: needed.includes(name),
      default: one["default"] ?? null,
      choices,
      pattern: text(one["pattern"]),
      maxLength: number(one["maxLength"]) ?? 1000,
      min: number(one["minimum"]) ?? number(one["exclusiveMinimum"]),
      max: number(one["maximum"]),
    };
  });
}

/** What stands in the form: what was set, else the default. */
export function shownValues(fields: readonly Field[], options: Json): Json {
  return Object.fromEntries(fields.map((field) => [field.name, options[field.name] ?? field.default ?? (field.kind === "text" ? "" : null)]));
}

/** What is sent: nothing that is the default anyway, and no empty field. */
export function optionsOf(fields: readonly Field[], values: Json): Json {
  const found = fields.flatMap((field): [string, unknown][] => {
    const value = values[field.name];
    const empty = value === null || value === undefined || (value === "" && !field.required);
    return empty || JSON.stringify(value) === JSON.stringify(field.default) ? [] : [[field.name, value]];
  });
  return Object.fromEntries(found);
}

/** What is wrong with a value, before the server is asked: `missing` or `form`; empty: nothing that we can see. */
export function fault(field: Field, value: unknown): "" | "missing" | "form" {
  if (value === null || value === undefined || value === "") return field.required ? "missing" : "";
  return field.kind === "text" && field.pattern !== "" && typeof value === "string" && !new RegExp(field.pattern, "u").test(value) ? "form" : "";
}

/** An id for a provider that nobody has yet: `sendgrid`, `sendgrid2`, … */
export function freeId(kind: string, taken: readonly string[]): string {
  const base = kind.replace(/[^a-z0-9_-]/g, "").slice(0, 26) || "provider";
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** Moves an entry of a list one place. */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...list];
  const [one] = next.splice(at, 1);
  if (one !== undefined) next.splice(Math.min(Math.max(at + by, 0), next.length), 0, one);
  return next;
}
