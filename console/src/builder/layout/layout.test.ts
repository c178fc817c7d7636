import ELK from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";
import { change, moveNodes } from "../model/edits";
import { boxOf, GRID, overlaps } from "../model/geometry";
import type { Graph } from "../model/types";
import { CATALOGUE, journey, WELCOME } from "../testing/graphs";
import { answer, question } from "./elk";
import { placeMissing, unplaced } from "./missing";

function apart(graph: Graph, direction: "down" | "right"): void {
  const boxes = graph.nodes.map((node) => boxOf(node, CATALOGUE, direction));
  for (const [index, one] of boxes.entries()) for (const other of boxes.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
}

describe.each(["down", "right"] as const)("layout %s", (direction) => {
  it.each([["the welcome series", WELCOME], ["a tree", journey(60, 7, false)]] as const)("of %s overlaps nothing and runs forward", async (_name, graph) => {
    const found = await new ELK().layout(question(graph, CATALOGUE, direction, null));
    const places = answer(found, graph, CATALOGUE, direction);
    const placed = change(graph, moveNodes(places)).graph;
    apart(placed, direction);
    for (const at of places.values()) expect([at.x % GRID, at.y % GRID].map(Math.abs)).toEqual([0, 0]);
    for (const edge of graph.edges) {
      const [from, to] = [places.get(edge.source), places.get(edge.target)];
      if (direction === "down") expect(to?.y ?? 0).toBeGreaterThan(from?.y ?? 0);
      else expect(to?.x ?? 0).toBeGreaterThan(from?.x ?? 0);
    }
  });

  it("of some nodes keeps their corner and moves nobody else", async () => {
    const graph = journey(30, 3);
    const only = new Set(["step_1", "step_2", "step_3"]);
    const places = answer(await new ELK().layout(question(graph, CATALOGUE, direction, only)), graph, CATALOGUE, direction);
    expect(new Set(places.keys())).toEqual(only);
    const before = graph.nodes.filter((node) => only.has(node.id)).map((node) => node.ui?.x ?? 0);
    expect(Math.min(...[...places.values()].map((at) => at.x))).toBe(Math.min(...before));
  });

  it("finds places for what has none and leaves the rest alone", () => {
    const graph = journey(40, 5);
    const holes = { ...graph, nodes: graph.nodes.map((node, index) => (index % 3 === 0 ? { ...node, ui: null } : node)) };
    expect(unplaced(holes)).toBe(false);
    const placed = placeMissing(holes, { catalogue: CATALOGUE, direction });
    for (const [index, node] of placed.nodes.entries()) {
      expect(node.ui).not.toBeNull();
      if (index % 3 !== 0) expect(node.ui).toEqual(graph.nodes[index]?.ui);
    }
    const fresh = placed.nodes.filter((_node, index) => index % 3 === 0).map((node) => boxOf(node, CATALOGUE, direction));
    for (const [index, one] of fresh.entries()) for (const other of fresh.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
  });
});
