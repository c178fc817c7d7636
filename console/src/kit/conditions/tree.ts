/** The stored form of a condition, as `stepwell/conditions/models.py` defines it. */

export type Scalar = string | number | boolean;
export type Unit = "seconds" | "minutes" | "hours" | "days" | "weeks";
export type Scope = "profile" | "event" | "enrollment" | "engagement";

export interface Duration {
  readonly amount: number;
  readonly unit: Unit;
}

export interface FieldRef {
  readonly op: "field";
  readonly scope: Scope;
  readonly path: readonly string[];
}

export interface Counted {
  readonly event: string;
  readonly where?: Tree;
  readonly within?: Duration;
}

export interface LastRef {
  readonly op: "last";
  readonly event: string;
}

export type Observed = FieldRef | LastRef | ({ readonly op: "count" } & Counted);

/** A date as people say it; a moment stands without an offset, on the contact's clock. */
export type DateOperand =
  | { readonly op: "day"; readonly value: string }
  | { readonly op: "moment"; readonly value: string }
  | { readonly op: "relative"; readonly duration: Duration; readonly direction: "ago" | "from_now" }
  | { readonly op: "now" }
  | { readonly op: "today"; readonly offset: -1 | 0 | 1 };

export type Operand = Observed | DateOperand | { readonly op: "value"; readonly value: Scalar };

export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

export type Leaf =
  | { readonly op: CompareOp; readonly left: Observed; readonly right: Operand }
  | { readonly op: "between"; readonly left: Observed; readonly low: Operand; readonly high: Operand }
  | { readonly op: "in" | "not_in"; readonly left: Observed; readonly values: readonly Scalar[] }
  | { readonly op: "contains" | "contains_any" | "contains_all"; readonly left: Observed; readonly values: readonly Scalar[] }
  | { readonly op: "starts_with" | "ends_with" | "matches"; readonly left: Observed; readonly value: string }
  | { readonly op: "exists" | "missing"; readonly left: Observed }
  | { readonly op: "within"; readonly left: Observed; readonly direction: "next" | "last"; readonly duration: Duration }
  | { readonly op: "anniversary"; readonly left: Observed; readonly offset?: number }
  | ({ readonly op: "did" } & Counted)
  | { readonly op: "in_segment"; readonly segment: string };

export type Tree =
  | { readonly op: "and" | "or"; readonly items: readonly Tree[] }
  | { readonly op: "not"; readonly item: Tree }
  | Leaf;

const OPS = new Set("and or not eq ne lt le gt ge between in not_in contains contains_any contains_all starts_with ends_with matches exists missing within anniversary did in_segment".split(" "));

/** Whether a value of unknown origin is a condition's tree; the server made it, so its name is all that is asked. */
export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && "op" in value && typeof value.op === "string" && OPS.has(value.op);
}

export function isDate(operand: Operand): operand is DateOperand {
  return operand.op === "day" || operand.op === "relative" || operand.op === "now" || operand.op === "today" || (operand.op === "moment" && !/(Z|[+-]\d\d:?\d\d)$/.test(operand.value));
}
