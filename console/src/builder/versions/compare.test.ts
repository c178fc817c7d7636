import { describe, expect, it } from "vitest";
import { fromDocument } from "../model/document";
import { edgeKey } from "../model/lookup";
import { shown } from "./Changes";
import { compare, countOf, pictureOf } from "./compare";
import { readWorkflow } from "./reading";

const at = (x: number, y: number) => ({ x, y });
const BEFORE = fromDocument({
  id: "w", name: "W",
  nodes: [{ id: "start", type: "manual_trigger", ui: at(0, 0) }, { id: "two", type: "delay_action", config: { duration: "2_days" }, ui: at(0, 160) }, { id: "mail", type: "email_send", config: { template_id: "a" }, ui: at(0, 320) }],
  edges: [{ source: "start", outcome: "next", target: "two" }, { source: "two", outcome: "next", target: "mail" }],
});
const AFTER = fromDocument({
  id: "w", name: "W", settings: { time_zone: "Europe/Berlin" },
  nodes: [{ id: "start", type: "manual_trigger", ui: at(0, 0) }, { id: "three", type: "delay_action", config: { duration: "3_days" }, ui: at(8, 160) }, { id: "mail", type: "email_send", config: { template_id: "a", subject: "Hi" }, ui: at(500, 320) }],
  edges: [{ source: "start", outcome: "next", target: "three" }, { source: "three", outcome: "next", target: "mail" }],
});

describe("comparing two graphs", () => {
  const diff = compare(BEFORE, AFTER);

  it("finds what was added, removed and changed, and no moves on the canvas", () => {
    expect(diff.added.map((one) => one.node)).toEqual(["three"]);
    expect(diff.removed.map((one) => one.node)).toEqual(["two"]);
    expect(diff.changed).toEqual([{ node: "mail", fields: [{ field: "config.subject", before: null, after: "Hi" }] }]);
    expect(diff.settings).toEqual([{ field: "settings", before: null, after: { time_zone: "Europe/Berlin" } }]);
    expect(diff.edges).toContainEqual({ source: "start", outcome: "next", before: "two", after: "three" });
  });

  it("is nothing for the same graph", () => expect(countOf(compare(AFTER, AFTER))).toBe(0));

  it("draws removed steps as ghosts, not on top of others", () => {
    const { graph, marks, wayMarks } = pictureOf(BEFORE, AFTER, diff);
    expect(Object.fromEntries(marks)).toEqual({ mail: "changed", three: "added", two: "removed" });
    const ghost = graph.nodes.find((node) => node.id === "two");
    expect(ghost?.ui).toBeNull();
    const key = (source: string): string => edgeKey({ source, outcome: "next" });
    expect(wayMarks.get(key("start"))).toBe("changed");
    expect(wayMarks.get(key("two"))).toBe("removed");
    expect(wayMarks.get(key("three"))).toBe("added");
    expect(new Set(graph.edges.map(edgeKey)).size).toBe(graph.edges.length);
  });
});

it.each([
  ["pro", "pro"],
  [3, "3"],
  [[], "–"],
  [[{ event: "purchase", where: "", ends: false }], "• event: purchase"],
  [{ time_zone: "UTC" }, "time zone: UTC"],
])("shows %j as people read it", (value, text) => expect(shown(value)).toBe(text));

it("reads YAML and JSON, and says why it cannot", () => {
  expect(readWorkflow("")).toBeNull();
  expect(readWorkflow("nodes:\n- {id: a, type: exit}\nedges: []")).toMatchObject({ nodes: [{ id: "a", type: "exit" }] });
  expect(readWorkflow("nodes: []\nedges: [start -> hello, opened.true -> guide]")).toMatchObject({
    edges: [{ source: "start", outcome: "next", target: "hello" }, { source: "opened", outcome: "true", target: "guide" }],
  });
  expect(readWorkflow("nodes: []\nedges: [start to hello]")).toBeInstanceOf(Error);
  expect(readWorkflow("just text")).toBeInstanceOf(Error);
  expect(readWorkflow("nodes: [")).toBeInstanceOf(Error);
});
