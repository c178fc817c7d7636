/**
 * The visual form of a condition: groups of rows. `fromTree` and `toTree` are each other's inverse; what no row can
 * show stays as a row of text with its tree, so that nothing is lost by looking at a condition.
 */
import { NO_VALUE, operator, read, type Value, write } from "./operators";
import type { CompareOp, Counted, Duration, FieldRef, LastRef, Leaf, Scope, Tree } from "./tree";

export type About = FieldRef | LastRef;
export type Mode = "all" | "any" | "none";
export type Times = "did" | "did_not" | CompareOp;

export type Row =
  | { readonly kind: "new"; readonly id: string }
  | { readonly kind: "field"; readonly id: string; readonly about: About; readonly operator: string; readonly value: Value }
  | { readonly kind: "event"; readonly id: string; readonly event: string; readonly times: Times; readonly count: number; readonly within: Duration | null; readonly where: Group | null }
  | { readonly kind: "segment"; readonly id: string; readonly segment: string; readonly negated: boolean }
  /** `text` is null until the server wrote it, or what somebody types and the server cannot read yet. */
  | { readonly kind: "text"; readonly id: string; readonly tree: Tree | null; readonly text: string | null };

export interface Group {
  readonly kind: "group";
  readonly id: string;
  readonly mode: Mode;
  readonly items: readonly Item[];
}

export type Item = Group | Row;

let made = 0;
/** Ids live as long as the form does and name rows for React. */
export function newId(): string {
  made += 1;
  return `c${made}`;
}

export function emptyGroup(mode: Mode = "all", items: readonly Item[] = []): Group {
  return { kind: "group", id: newId(), mode, items };
}

export function newRow(): Row {
  return { kind: "new", id: newId() };
}

export function fieldRow(scope: Scope, path: readonly string[], chosen: string): Row {
  return { kind: "field", id: newId(), about: { op: "field", scope, path }, operator: chosen, value: NO_VALUE };
}

export function eventRow(event: string, where: Group | null = null): Row {
  return { kind: "event", id: newId(), event, times: "did", count: 1, within: { amount: 30, unit: "days" }, where };
}

export function fromTree(tree: Tree): Group {
  const item = readItem(tree);
  return item.kind === "group" ? item : emptyGroup("all", [item]);
}

function isLeaf(tree: Tree): tree is Leaf {
  return tree.op !== "and" && tree.op !== "or" && tree.op !== "not";
}

function readItem(tree: Tree): Item {
  switch (tree.op) {
    case "and":
      return emptyGroup("all", tree.items.map(readItem));
    case "or":
      return emptyGroup("any", tree.items.map(readItem));
    case "not": {
      const { item } = tree;
      if (item.op === "or") return emptyGroup("none", item.items.map(readItem));
      const row = isLeaf(item) ? readLeaf(item, true) : null;
      return row ?? emptyGroup("none", [readItem(item)]);
    }
    default:
      return readLeaf(tree, false) ?? { kind: "text", id: newId(), tree, text: null };
  }
}


function readLeaf(leaf: Leaf, negated: boolean): Row | null {
  if (leaf.op === "in_segment") return { kind: "segment", id: newId(), segment: leaf.segment, negated };
  if (leaf.op === "did") return { ...eventParts(leaf), times: negated ? "did_not" : "did", count: 1 };
  if (leaf.left.op === "count") {
    if (negated || !("right" in leaf) || leaf.right.op !== "value" || typeof leaf.right.value !== "number") return null;
    return { ...eventParts(leaf.left), times: leaf.op, count: leaf.right.value };
  }
  const found = read(leaf, negated);
  return found === null ? null : { kind: "field", id: newId(), about: leaf.left, operator: found.operator.id, value: found.value };
}

function eventParts({ event, where, within }: Counted): Extract<Row, { kind: "event" }> {
  return { kind: "event", id: newId(), event, times: "did", count: 1, within: within ?? null, where: where === undefined ? null : fromTree(where) };
}

/** The stored form; rows that are not filled in are left out, and null is no condition at all. */
export function toTree(item: Item): Tree | null {
  switch (item.kind) {
    case "group":
      return writeGroup(item);
    case "new":
      return null;
    case "text":
      return item.tree;
    case "field":
      return write(item.about, operator(item.operator), item.value);
    case "segment": {
      if (item.segment === "") return null;
      const tree: Tree = { op: "in_segment", segment: item.segment };
      return item.negated ? { op: "not", item: tree } : tree;
    }
    case "event": {
      if (item.event === "") return null;
      const where = item.where === null ? null : toTree(item.where);
      const counted: Counted = { event: item.event, ...(where === null ? {} : { where }), ...(item.within === null ? {} : { within: item.within }) };
      if (item.times === "did") return { op: "did", ...counted };
      if (item.times === "did_not") return { op: "not", item: { op: "did", ...counted } };
      return { op: item.times, left: { op: "count", ...counted }, right: { op: "value", value: item.count } };
    }
  }
}

function writeGroup({ mode, items }: Group): Tree | null {
  const trees = items.map(toTree).filter((tree) => tree !== null);
  const [only] = trees;
  if (only === undefined) return null;
  if (mode === "none") return { op: "not", item: trees.length === 1 ? only : { op: "or", items: trees } };
  return trees.length === 1 ? only : { op: mode === "all" ? "and" : "or", items: trees };
}

/** Whether something in it waits to be filled in. */
export function isUnfinished(item: Item): boolean {
  if (item.kind === "group") return item.items.some(isUnfinished);
  if (item.kind === "event") return item.event === "" || (item.where !== null && isUnfinished(item.where));
  return toTree(item) === null;
}
