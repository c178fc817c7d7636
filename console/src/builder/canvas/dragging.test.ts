import { describe, expect, it } from "vitest";
import { change, moveNodes } from "../model/edits";
import { CATALOGUE, WELCOME } from "../testing/graphs";
import { flowEdges, flowNodes } from "./flow";
import { guidesFor } from "./guides";
import { nearestWay, wayOf } from "./nearest";

const SETTING = { catalogue: CATALOGUE, direction: "down" } as const;
const GRAPH = change(WELCOME, moveNodes(new Map(WELCOME.nodes.map((node, index) => [node.id, { x: 0, y: index * 160 }])))).graph;

describe("the edge under a dragged step", () => {
  it("is the one whose line is near", () => {
    const key = nearestWay(GRAPH, SETTING, { x: 130, y: 110 });
    expect(key).toBe("signed_up.next");
    expect(wayOf(GRAPH, "signed_up.next")).toEqual({ source: "signed_up", outcome: "next" });
  });

  it("is none far away, and never one of the step's own", () => {
    expect(nearestWay(GRAPH, SETTING, { x: 900, y: 110 })).toBeNull();
    expect(nearestWay(GRAPH, SETTING, { x: 130, y: 110 }, "hello")).toBeNull();
  });
});

describe("guides", () => {
  const box = { x: 0, y: 0, width: 256, height: 72 };

  it("show what a step is in line with", () => {
    expect(guidesFor(box, [{ ...box, y: 300 }])).toEqual([{ axis: "x", at: 128, from: -24, to: 396 }]);
    expect(guidesFor(box, [{ ...box, x: 400, y: 3 }])).toEqual([]);
  });

  it("join several steps in one line", () => {
    expect(guidesFor(box, [{ ...box, y: 300 }, { ...box, y: -200 }])).toEqual([{ axis: "x", at: 128, from: -224, to: 396 }]);
  });
});

describe("what React Flow is given", () => {
  it("is the same object for what did not change", () => {
    const nodes = flowNodes(GRAPH, CATALOGUE, "down", [], new Set());
    const moved = change(GRAPH, moveNodes(new Map([["hello", { x: 8, y: 8 }]]))).graph;
    const again = flowNodes(moved, CATALOGUE, "down", nodes, new Set(["plan"]));
    const changed = again.filter((node, index) => node !== nodes[index]).map((node) => node.id);
    expect(changed).toEqual(["hello", "plan"]);
    const edges = flowEdges(GRAPH, [], new Set());
    expect(flowEdges(moved, edges, new Set())).toEqual(edges);
    expect(flowEdges(moved, edges, new Set()).every((edge, index) => edge === edges[index])).toBe(true);
  });
});
