/** The operators of the visual form: what each is in the stored form, and which it offers for a type of field. */
import type { Leaf, Observed, Scalar, Tree, DateOperand, Duration } from "./tree";
import { isDate } from "./tree";

export type FieldType = "text" | "number" | "boolean" | "date" | "list" | "object" | "any";
export type Input = "none" | "one" | "many" | "range" | "date" | "dates" | "duration" | "days";

/** What may stand on the right side; changing the operator keeps what still fits. */
export interface Value {
  readonly one: Scalar | null;
  readonly many: readonly Scalar[];
  readonly low: Scalar | null;
  readonly high: Scalar | null;
  readonly date: DateOperand | null;
  readonly until: DateOperand | null;
  readonly duration: Duration;
  readonly days: number;
}

export const NO_VALUE: Value = { one: null, many: [], low: null, high: null, date: null, until: null, duration: { amount: 7, unit: "days" }, days: 0 };

export interface Operator {
  readonly id: string;
  readonly op: Leaf["op"];
  readonly input: Input;
  readonly negated: boolean;
  /** The side of `within`, or the fixed right side of `is true`. */
  readonly fixed?: boolean | "next" | "last";
  readonly types: readonly FieldType[];
}

const TEXT: readonly FieldType[] = ["text", "any"];
const ORDERED: readonly FieldType[] = ["number", "any"];
const DATES: readonly FieldType[] = ["date", "any"];
const LISTS: readonly FieldType[] = ["list", "any"];

function row(id: string, op: Leaf["op"], input: Input, types: readonly FieldType[], more: Partial<Pick<Operator, "negated" | "fixed">> = {}): Operator {
  return { id, op, input, types, negated: false, ...more };
}
const NOT = { negated: true } as const;

export const OPERATORS: readonly Operator[] = [
  row("is", "eq", "one", ["text", "number", "any"]),
  row("is_not", "eq", "one", ["text", "number", "any"], NOT),
  row("other_than", "ne", "one", ["text", "number", "any"]),
  row("true", "eq", "none", ["boolean", "any"], { fixed: true }),
  row("false", "eq", "none", ["boolean", "any"], { fixed: false }),
  row("not_true", "eq", "none", ["boolean"], { fixed: true, negated: true }),
  row("any_of", "in", "many", ["text", "number", "any"]),
  row("none_of", "in", "many", ["text", "number", "any"], NOT),
  row("other_than_all", "not_in", "many", ["text", "number", "any"]),
  row("more", "gt", "one", ORDERED),
  row("at_least", "ge", "one", ORDERED),
  row("less", "lt", "one", ORDERED),
  row("at_most", "le", "one", ORDERED),
  row("between", "between", "range", ORDERED),
  row("contains", "contains", "one", ["text", "list", "any"]),
  row("contains_not", "contains", "one", ["text", "list", "any"], NOT),
  row("contains_any", "contains_any", "many", LISTS),
  row("contains_all", "contains_all", "many", LISTS),
  row("contains_none", "contains_any", "many", LISTS, NOT),
  row("starts_with", "starts_with", "one", TEXT),
  row("starts_not_with", "starts_with", "one", ["text"], NOT),
  row("ends_with", "ends_with", "one", TEXT),
  row("ends_not_with", "ends_with", "one", ["text"], NOT),
  row("matches", "matches", "one", TEXT),
  row("matches_not", "matches", "one", ["text"], NOT),
  row("before", "lt", "date", DATES),
  row("after", "gt", "date", DATES),
  row("on", "eq", "date", DATES),
  row("not_before", "ge", "date", ["date"]),
  row("not_after", "le", "date", ["date"]),
  row("between_dates", "between", "dates", ["date"]),
  row("within_last", "within", "duration", DATES, { fixed: "last" }),
  row("within_next", "within", "duration", DATES, { fixed: "next" }),
  row("not_within_last", "within", "duration", ["date"], { fixed: "last", negated: true }),
  row("anniversary", "anniversary", "days", DATES),
  row("exists", "exists", "none", ["text", "number", "boolean", "date", "list", "object", "any"]),
  row("missing", "missing", "none", ["text", "number", "boolean", "date", "list", "object", "any"]),
];

const BY_ID = new Map(OPERATORS.map((one) => [one.id, one]));

export function operator(id: string): Operator {
  const found = BY_ID.get(id);
  if (found === undefined) throw new Error(`No operator ${id}.`);
  return found;
}

export function offered(type: FieldType): readonly Operator[] {
  return OPERATORS.filter((one) => one.types.includes(type));
}

/** The stored form of a comparison; null while its right side is not filled in. */
export function write(left: Observed, { op, input, negated, fixed }: Operator, value: Value): Tree | null {
  const leaf = writeLeaf(left, op, input, fixed, value);
  return leaf === null || !negated ? leaf : { op: "not", item: leaf };
}

function writeLeaf(left: Observed, op: Leaf["op"], input: Input, fixed: Operator["fixed"], value: Value): Leaf | null {
  const one = value.one === "" ? null : value.one;
  switch (op) {
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      if (typeof fixed === "boolean") return { op, left, right: { op: "value", value: fixed } };
      if (input === "date") return value.date === null ? null : { op, left, right: value.date };
      return one === null ? null : { op, left, right: { op: "value", value: one } };
    case "between":
      if (input === "dates") return value.date === null || value.until === null ? null : { op, left, low: value.date, high: value.until };
      return value.low === null || value.high === null ? null : { op, left, low: { op: "value", value: value.low }, high: { op: "value", value: value.high } };
    case "in":
    case "not_in":
    case "contains_any":
    case "contains_all":
      return value.many.length === 0 ? null : { op, left, values: value.many };
    case "contains":
      return one === null ? null : { op, left, values: [one] };
    case "starts_with":
    case "ends_with":
    case "matches":
      return one === null ? null : { op, left, value: String(one) };
    case "exists":
    case "missing":
      return { op, left };
    case "within":
      return { op, left, direction: fixed === "next" ? "next" : "last", duration: value.duration };
    case "anniversary":
      return { op, left, offset: value.days };
    case "did":
    case "in_segment":
      return null;
  }
}

type Sided = Exclude<Leaf, { op: "did" } | { op: "in_segment" }>;

/** The operator and right side of a comparison; null: the visual form has no such operator. */
export function read(leaf: Sided, negated: boolean): { operator: Operator; value: Value } | null {
  const parts = partsOf(leaf);
  if (parts === null) return null;
  const { input, fixed, value } = parts;
  const found = OPERATORS.find((one) => one.op === leaf.op && one.negated === negated && one.input === input && one.fixed === fixed);
  return found === undefined ? null : { operator: found, value: { ...NO_VALUE, ...value } };
}

interface Parts {
  readonly input: Input;
  readonly fixed?: Operator["fixed"];
  readonly value: Partial<Value>;
}

function partsOf(leaf: Sided): Parts | null {
  switch (leaf.op) {
    case "between": {
      const { low, high } = leaf;
      if (low.op === "value" && high.op === "value") return { input: "range", value: { low: low.value, high: high.value } };
      return isDate(low) && isDate(high) ? { input: "dates", value: { date: low, until: high } } : null;
    }
    case "in":
    case "not_in":
    case "contains_any":
    case "contains_all":
      return { input: "many", value: { many: leaf.values } };
    case "contains":
      return { input: "one", value: { one: leaf.values[0] ?? null } };
    case "starts_with":
    case "ends_with":
    case "matches":
      return leaf.value === "" ? null : { input: "one", value: { one: leaf.value } };
    case "exists":
    case "missing":
      return { input: "none", value: {} };
    case "within":
      return { input: "duration", fixed: leaf.direction, value: { duration: leaf.duration } };
    case "anniversary":
      return { input: "days", value: { days: leaf.offset ?? 0 } };
    default: {
      const { right } = leaf;
      if (right.op === "value") {
        if (typeof right.value === "boolean" && leaf.op === "eq") return { input: "none", fixed: right.value, value: {} };
        return right.value === "" ? null : { input: "one", value: { one: right.value } };
      }
      return isDate(right) ? { input: "date", value: { date: right } } : null;
    }
  }
}
