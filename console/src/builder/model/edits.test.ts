import { describe, expect, it } from "vitest";
import { CATALOGUE, journey, random, WELCOME } from "../testing/graphs";
import { duplicate, clipOf, clipText, paste, readClip } from "./clipboard";
import { fromDocument, sameGraph, stable, toDocument } from "./document";
import * as edits from "./edits";
import { boxOf, overlaps } from "./geometry";
import { NOTHING, record, redo, undo, type History } from "./history";
import { lookupOf } from "./lookup";
import type { Graph } from "./types";

const SETTING = { catalogue: CATALOGUE, direction: "down" } as const;

function sound(graph: Graph): void {
  const ids = graph.nodes.map((node) => node.id);
  expect(new Set(ids).size).toBe(ids.length);
  const ways = graph.edges.map((edge) => `${edge.source}.${edge.outcome}`);
  expect(new Set(ways).size).toBe(ways.length);
  for (const edge of graph.edges) {
    expect(ids).toContain(edge.source);
    expect(ids).toContain(edge.target);
    expect(CATALOGUE.get(lookupOf(graph).nodes.get(edge.target)?.type ?? "")?.category).not.toBe("trigger");
  }
}

function anyEdit(graph: Graph, next: () => number): edits.Recipe {
  const node = graph.nodes[Math.floor(next() * graph.nodes.length)];
  const edge = graph.edges[Math.floor(next() * graph.edges.length)];
  const types = [...CATALOGUE.keys()];
  const type = types[Math.floor(next() * types.length)] ?? "exit";
  const pick = Math.floor(next() * 9);
  if (node === undefined || edge === undefined || pick === 0) return edits.addNode(graph, SETTING, type, { x: next() * 900, y: next() * 900 }).recipe;
  if (pick === 1) return edits.removeNodes(graph, CATALOGUE, new Set([node.id, edge.target]));
  if (pick === 2) return edits.insertOnEdge(graph, SETTING, type, edge).recipe;
  if (pick === 3) return edits.addAfter(graph, SETTING, type, { source: node.id, outcome: edits.mainOutcome(node, CATALOGUE) ?? "next" }).recipe;
  if (pick === 4) return edits.configure(CATALOGUE, node.id, CATALOGUE.get(node.type)?.example ?? {});
  if (pick === 5) return duplicate(graph, SETTING, new Set([node.id, edge.source])).recipe;
  if (pick === 6) return edits.changeId(node.id, `n_${Math.floor(next() * 1e9)}`);
  if (pick === 7) return edits.disconnect([edge]);
  return edits.moveNodes(new Map([[node.id, { x: 8, y: 16 }]]));
}

describe("any series of edits", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("keeps the graph sound and is undone and redone exactly (seed %i)", (seed) => {
    const next = random(seed);
    const start = journey(12, seed);
    let graph = start;
    let history: History = NOTHING;
    for (let step = 0; step < 60; step += 1) {
      const made = edits.change(graph, anyEdit(graph, next));
      history = record(history, made, { label: "any", at: step });
      graph = made.graph;
      sound(graph);
    }
    const end = graph;
    for (let moved = undo(graph, history); moved !== null; moved = undo(graph, history)) ({ graph, history } = moved);
    expect(toDocument(graph)).toEqual(toDocument(start));
    for (let moved = redo(graph, history); moved !== null; moved = redo(graph, history)) ({ graph, history } = moved);
    expect(toDocument(graph)).toEqual(toDocument(end));
  });
});

describe("adding", () => {
  it("inserts on an edge and pushes what follows out of the way", () => {
    const placed = { ...WELCOME, nodes: WELCOME.nodes.map((node, index) => ({ ...node, ui: { x: 0, y: index * 160 } })) };
    const { ids, recipe } = edits.insertOnEdge(placed, SETTING, "delay_action", { source: "signed_up", outcome: "next" });
    const { graph } = edits.change(placed, recipe);
    expect(ids).toEqual(["delay_action"]);
    expect(graph.edges).toContainEqual({ source: "signed_up", outcome: "next", target: "delay_action" });
    expect(graph.edges).toContainEqual({ source: "delay_action", outcome: "next", target: "hello" });
    const boxes = graph.nodes.map((node) => boxOf(node, CATALOGUE, "down"));
    for (const [index, one] of boxes.entries()) for (const other of boxes.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
  });

  it("puts the ways of a split beside each other", () => {
    let graph: Graph = { details: {}, nodes: [{ id: "if", type: "if_condition", name: "", config: {}, retry: null, ui: { x: 0, y: 0 } }], edges: [] };
    for (const outcome of ["true", "false"]) graph = edits.change(graph, edits.addAfter(graph, SETTING, "exit", { source: "if", outcome }).recipe).graph;
    const [, yes, no] = graph.nodes;
    expect(yes?.ui?.y).toBe(no?.ui?.y);
    expect(yes?.ui?.x ?? 0).toBeLessThan(no?.ui?.x ?? 0);
  });

  it("weaves a lone node into an edge, but none that has edges", () => {
    const lone = edits.change(WELCOME, edits.addNode(WELCOME, SETTING, "exit", { x: 0, y: 0 }).recipe).graph;
    expect(edits.mayDropOn(lone, CATALOGUE, "exit", { source: "hello", outcome: "sent" })).toBe(true);
    expect(edits.mayDropOn(lone, CATALOGUE, "morning", { source: "guide", outcome: "sent" })).toBe(false);
    const { graph } = edits.change(lone, edits.dropOnEdge(SETTING, "exit", { source: "hello", outcome: "sent" }, { x: 3, y: 5 }));
    // An exit has no way out: what followed stands alone now, and nothing points at it.
    expect(graph.edges.filter((edge) => edge.target === "morning")).toEqual([]);
  });
});

describe("removing", () => {
  it("connects who led here to what followed by the main way", () => {
    const { graph } = edits.change(WELCOME, edits.removeNodes(WELCOME, CATALOGUE, new Set(["hello", "morning"])));
    expect(graph.edges).toContainEqual({ source: "signed_up", outcome: "next", target: "opened" });
    sound(graph);
  });
});

describe("configuring", () => {
  it("keeps a way connected while its case is renamed", () => {
    const cases = [{ name: "professional", condition: "true" }, { name: "trial", condition: "true" }];
    const { graph } = edits.change(WELCOME, edits.configure(CATALOGUE, "plan", { cases }));
    expect(graph.edges).toContainEqual({ source: "plan", outcome: "professional", target: "buy" });
  });

  it("drops the edge of a way that is gone", () => {
    const { graph } = edits.change(WELCOME, edits.configure(CATALOGUE, "plan", { cases: [{ name: "pro", condition: "true" }] }));
    expect(graph.edges.filter((edge) => edge.source === "plan")).toEqual([{ source: "plan", outcome: "pro", target: "buy" }]);
  });
});

describe("history", () => {
  it("joins typing into one step and nothing else", () => {
    let graph = WELCOME;
    let history: History = NOTHING;
    for (const [index, name] of ["H", "He", "Hey"].entries()) {
      const made = edits.change(graph, edits.renameNode("hello", name));
      history = record(history, made, { label: "rename", merge: "rename/hello", at: index * 300 });
      graph = made.graph;
    }
    expect(history.past).toHaveLength(1);
    const made = edits.change(graph, edits.renameNode("hello", "Hey you"));
    history = record(history, made, { label: "rename", merge: "rename/hello", at: 60_000 });
    expect(history.past).toHaveLength(2);
    expect(undo(made.graph, history)?.graph.nodes[1]?.name).toBe("Hey");
  });

  it("forgets what was undone once something else is done", () => {
    const first = edits.change(WELCOME, edits.renameNode("hello", "A"));
    const back = undo(first.graph, record(NOTHING, first, { label: "rename", at: 0 }));
    if (back === null) throw new Error("nothing undone");
    const second = edits.change(back.graph, edits.renameNode("hello", "B"));
    expect(record(back.history, second, { label: "rename", at: 1 }).future).toEqual([]);
  });
});

describe("clipboard", () => {
  it("travels as text and gets new ids", () => {
    const text = clipText(clipOf(WELCOME, new Set(["opened", "guide", "again"])));
    const clip = readClip(text);
    if (clip === null) throw new Error("not read");
    const { ids, recipe } = paste(WELCOME, SETTING, clip, null);
    expect(ids).toEqual(["opened_2", "guide_2", "again_2"]);
    const { graph } = edits.change(WELCOME, recipe);
    expect(graph.edges).toContainEqual({ source: "opened_2", outcome: "true", target: "guide_2" });
    sound(graph);
  });

  it.each(["", "hello", "{", '{"kind":"other"}', '{"kind":"stepwell/steps","version":1,"nodes":[]}', "[1]"])("refuses %j", (text) => {
    expect(readClip(text)).toBeNull();
  });
});

describe("documents", () => {
  it("round-trip and compare by value", () => {
    const graph = fromDocument(toDocument(WELCOME));
    expect(sameGraph(graph, WELCOME)).toBe(true);
    expect(stable({ b: 1, a: { d: 2, c: 3 } })).toBe('{"a":{"c":3,"d":2},"b":1}');
  });
});
