import { describe, expect, it } from "vitest";
import { random } from "@/builder/testing/graphs";
import { append, duplicate, moveBefore, nudge, put, remove } from "./edits";
import { emptyGroup, eventRow, fieldRow, fromTree, isUnfinished, type Item, newRow, toTree } from "./model";
import { problemsByRow } from "./places";
import { PAIRS, stable } from "./testing/language";
import type { Leaf, Tree } from "./tree";

describe("the visual form", () => {
  it.each(PAIRS.map(({ text, tree }) => [text, tree] as const))("loses nothing of %s", (_text, tree) => {
    expect(stable(toTree(fromTree(tree)))).toBe(stable(tree));
  });

  it("loses nothing of conditions of any shape", () => {
    const next = random(7);
    for (let round = 0; round < 300; round += 1) {
      const tree = any(next, 4);
      expect(stable(toTree(fromTree(tree)))).toBe(stable(tree));
    }
  });

  it("keeps as text what rows cannot show", () => {
    const tree = PAIRS.find((one) => one.text === "score > limit")?.tree;
    const kinds = tree === undefined ? [] : fromTree(tree).items.map((item) => item.kind);
    expect(kinds).toEqual(["text"]);
  });

  it("leaves out rows that are not filled in", () => {
    const form = emptyGroup("all", [fieldRow("profile", ["plan"], "exists"), newRow(), fieldRow("profile", ["score"], "at_least")]);
    expect(toTree(form)).toEqual({ op: "exists", left: { op: "field", scope: "profile", path: ["plan"] } });
    expect(isUnfinished(form)).toBe(true);
    expect(toTree(emptyGroup("none", [newRow()]))).toBeNull();
  });
});

describe("edits", () => {
  const a = fieldRow("profile", ["a"], "exists");
  const b = fieldRow("profile", ["b"], "exists");
  const c = eventRow("purchase", emptyGroup("all", [fieldRow("event", ["properties", "total"], "exists")]));
  const inner = emptyGroup("any", [b, c]);
  const form = emptyGroup("all", [a, inner]);
  const order = (item: Item): unknown => (item.kind === "group" ? item.items.map(order) : item.id);

  it("moves among siblings, out of the group at its edge, and before any other", () => {
    expect(order(nudge(form, c.id, -1))).toEqual([a.id, [c.id, b.id]]);
    expect(order(nudge(form, b.id, -1))).toEqual([a.id, b.id, [c.id]]);
    expect(order(nudge(form, c.id, 1))).toEqual([a.id, [b.id], c.id]);
    expect(order(moveBefore(form, a.id, c.id))).toEqual([[b.id, a.id, c.id]]);
    expect(moveBefore(form, inner.id, b.id)).toBe(form);
  });

  it("adds, copies and removes also inside an event's where", () => {
    const where = c.kind === "event" ? c.where : null;
    if (where === null) throw new Error("no where");
    const longer = append(form, where.id, newRow());
    const found = longer.items[1];
    expect(found?.kind === "group" && found.items[1]?.kind === "event" ? found.items[1].where?.items.length : 0).toBe(2);
    const twice = duplicate(form, c.id);
    expect(stable(toTree(twice))).toContain("purchase");
    expect(twice.items[1]?.kind === "group" ? twice.items[1].items.length : 0).toBe(3);
    expect(order(remove(form, inner.id))).toEqual([a.id]);
    expect(put(form, { ...form, mode: "none" }).mode).toBe("none");
  });
});

describe("places", () => {
  it("finds the row of a problem through groups, negation and where", () => {
    const plan = fieldRow("profile", ["plan"], "missing");
    const total = fieldRow("event", ["properties", "total"], "exists");
    const bought = eventRow("purchase", emptyGroup("all", [total]));
    const form = emptyGroup("all", [newRow(), plan, emptyGroup("none", [plan, bought])]);
    const at = (path: string): string | undefined => [...problemsByRow(form, [{ code: "x", message: "", path, position: null, severity: "error" }]).keys()][0];
    expect(at("items[0].left")).toBe(plan.id);
    expect(at("items[1].item.items[1]")).toBe(bought.id);
    expect(at("items[1].item.items[1].where.left")).toBe(total.id);
    expect(at("")).toBe(form.id);
  });
});

function any(next: () => number, depth: number): Tree {
  const roll = next();
  if (depth === 0 || roll < 0.4) return leaf(next);
  if (roll < 0.55) return { op: "not", item: any(next, depth - 1) };
  const items = Array.from({ length: 2 + Math.floor(next() * 2) }, () => any(next, depth - 1));
  return { op: roll < 0.8 ? "and" : "or", items };
}

function leaf(next: () => number): Leaf {
  const left = { op: "field", scope: "profile", path: ["a"] } as const;
  const day = { op: "day", value: "2026-12-01" } as const;
  const leaves: Leaf[] = [
    { op: "eq", left, right: { op: "value", value: "" } },
    { op: "ne", left, right: { op: "value", value: true } },
    { op: "gt", left, right: left },
    { op: "ge", left, right: { op: "value", value: 0 } },
    { op: "eq", left, right: { op: "value", value: false } },
    { op: "lt", left: { op: "last", event: "x" }, right: { op: "moment", value: "2026-12-01T10:00:00Z" } },
    { op: "le", left, right: { op: "moment", value: "2026-12-01T10:00:00" } },
    { op: "ne", left, right: { op: "now" } },
    { op: "between", left, low: day, high: { op: "today", offset: 1 } },
    { op: "between", left, low: day, high: { op: "value", value: 3 } },
    { op: "not_in", left, values: ["a", 1, true] },
    { op: "contains_all", left, values: ["a"] },
    { op: "matches", left, value: "" },
    { op: "anniversary", left, offset: -1 },
    { op: "within", left, direction: "next", duration: { amount: 2, unit: "weeks" } },
    { op: "ge", left: { op: "count", event: "x", within: { amount: 2, unit: "days" } }, right: { op: "value", value: 2 } },
    { op: "ge", left: { op: "count", event: "x" }, right: { op: "count", event: "y" } },
    { op: "exists", left: { op: "count", event: "x" } },
    { op: "did", event: "x", where: { op: "or", items: [{ op: "exists", left }, { op: "missing", left }] } },
    { op: "in_segment", segment: "vip" },
  ];
  return leaves[Math.floor(next() * leaves.length)] ?? { op: "exists", left };
}
