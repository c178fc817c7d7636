/** Reads a config's JSON Schema as fields of a form. Pure: what a field looks like is `FieldInput`'s business. */
import { isPlain } from "../model/document";

export type Kind = "text" | "number" | "boolean" | "choice" | "choices" | "texts" | "map" | "object" | "objects" | "json" | "condition";

export interface Field {
  readonly name: string;
  readonly kind: Kind;
  /** Name of a widget, where the plain input of the kind is not enough. */
  readonly widget: string;
  readonly title: string;
  readonly description: string;
  readonly required: boolean;
  readonly nullable: boolean;
  readonly fallback: unknown;
  readonly example: unknown;
  readonly choices: readonly string[];
  readonly min: number | null;
  readonly max: number | null;
  readonly whole: boolean;
  readonly longest: number | null;
  /** Of an object, or of each object of a list. */
  readonly fields: readonly Field[];
  readonly most: number | null;
}

type Plain = Readonly<Record<string, unknown>>;

const words = (value: unknown): string => (typeof value === "string" ? value : "");
const amount = (value: unknown): number | null => (typeof value === "number" ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The fields of a config, in the order of the model. */
export function fieldsOf(schema: Plain, widgets: Readonly<Record<string, string>> = {}, root: Plain = schema): readonly Field[] {
  const properties = isPlain(schema["properties"]) ? schema["properties"] : {};
  const required = new Set(list(schema["required"]));
  return Object.entries(properties).flatMap(([name, property]) => (isPlain(property) ? [fieldOf(name, property, required.has(name), widgets[name] ?? "", root)] : []));
}

function fieldOf(name: string, given: Plain, required: boolean, widget: string, root: Plain): Field {
  const options = list(given["anyOf"]).filter(isPlain);
  const nullable = options.some((one) => one["type"] === "null");
  const [only, second] = options.filter((one) => one["type"] !== "null");
  const property: Plain = { ...resolved(only !== undefined && second === undefined ? { ...only, ...given } : given, root) };
  const item = isPlain(property["items"]) ? resolved(property["items"], root) : {};
  const kind = kindOf(property, item, options);
  return {
    name,
    kind,
    widget: words(given["x-widget"]) || widget,
    title: words(given["title"]) || words(property["title"]),
    description: words(given["description"]),
    required,
    nullable,
    fallback: given["default"],
    example: list(given["examples"])[0],
    choices: list(kind === "choices" ? item["enum"] : property["enum"]).map(String),
    min: amount(property["minimum"]) ?? amount(property["exclusiveMinimum"]),
    max: amount(property["maximum"]),
    whole: property["type"] === "integer",
    longest: amount(property["maxLength"]),
    fields: kind === "object" ? fieldsOf(property, {}, root) : kind === "objects" ? fieldsOf(item, {}, root) : [],
    most: amount(property["maxItems"]) ?? amount(property["maxProperties"]),
  };
}

function resolved(property: Plain, root: Plain): Plain {
  const reference = words(property["$ref"]);
  if (reference === "") return property;
  const definitions = isPlain(root["$defs"]) ? root["$defs"] : {};
  const found = definitions[reference.slice(reference.lastIndexOf("/") + 1)];
  return isPlain(found) ? { ...found, ...property } : property;
}

function kindOf(property: Plain, item: Plain, options: readonly Plain[]): Kind {
  if (property["x-widget"] === "condition") return "condition";
  if (list(property["enum"]).length > 0) return "choice";
  switch (property["type"]) {
    case "string":
      return "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      if (list(item["enum"]).length > 0) return "choices";
      return item["type"] === "object" ? "objects" : item["type"] === "string" || item["type"] === "integer" ? "texts" : "json";
    case "object":
      return isPlain(property["properties"]) ? "object" : "map";
    default:
      return options.length > 0 && options.every((one) => one["type"] === "string" || one["type"] === "object") && options.some((one) => one["type"] === "string") ? "condition" : "json";
  }
}

const REST = new Set([
  "tag",
  "topic",
  "priority",
  "ignore_frequency_cap",
  "count",
  "at_least_once",
  "sender",
  "purpose",
  "personalization",
  "variables",
  "timeout_s",
  "success",
  "emit",
  "date_name",
  "contacts",
  "sign",
  "transactional_steps",
  "headers",
]);

/** Fields that few need stand in a section of their own, folded. */
export function isAdvanced(field: Field): boolean {
  return !field.required && REST.has(field.name);
}

const TIMING = new Set(["send_time_optimization", "send_within", "send_time_control", "send_time_control_at"]);

/** The fields in the order of the form: when a message goes comes after what it says, and its details once they count. */
export function inOrder(fields: readonly Field[], config: Plain): readonly Field[] {
  const timed = config["send_time_optimization"] === "ai_powered";
  const timing = fields.filter(({ name }) => TIMING.has(name) && (timed || name === "send_time_optimization"));
  return [...fields.filter(({ name }) => !TIMING.has(name)), ...timing];
}

/** Sets or, with what is its default anyway, takes away a value, so that documents hold what somebody chose. */
export function withValue(config: Plain, field: Pick<Field, "name" | "required" | "fallback">, value: unknown): Plain {
  const rest = Object.fromEntries(Object.entries(config).filter(([name]) => name !== field.name));
  const plain = value === undefined || (!field.required && JSON.stringify(value) === JSON.stringify(field.fallback));
  if (plain) return rest;
  // A changed field keeps its place, so that diffs stay small.
  return field.name in config ? { ...config, [field.name]: value } : { ...rest, [field.name]: value };
}

/** `config.ways[0].event` and `config.ways.0.event` are one place. */
export function placeOf(path: string): string {
  return path.replace(/\[(\d+)\]/g, ".$1");
}
