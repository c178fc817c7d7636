/** The graph as React Flow's nodes and edges. An object is made anew only when something of it changed. */
import type { Edge, Node } from "@xyflow/react";
import { type Direction, sizeOf } from "../model/geometry";
import { edgeKey } from "../model/lookup";
import type { Catalogue, Graph } from "../model/types";

export type StepFlowNode = Node<Record<string, never>, "step">;
export type WayFlowEdge = Edge<Record<string, never>, "way">;

const NO_DATA: Record<string, never> = {};

export function flowNodes(graph: Graph, catalogue: Catalogue, direction: Direction, before: readonly StepFlowNode[], selected: ReadonlySet<string>): StepFlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return graph.nodes.map((node) => {
    const size = sizeOf(node, catalogue, direction);
    const position = node.ui ?? { x: 0, y: 0 };
    const old = known.get(node.id);
    const chosen = selected.has(node.id);
    if (
      old !== undefined &&
      old.position.x === position.x &&
      old.position.y === position.y &&
      old.width === size.width &&
      old.height === size.height &&
      (old.selected ?? false) === chosen
    ) {
      return old;
    }
    return { ...old, id: node.id, type: "step", position: { ...position }, ...size, selected: chosen, data: NO_DATA };
  });
}

export function flowEdges(graph: Graph, before: readonly WayFlowEdge[], selected: ReadonlySet<string>): WayFlowEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const ids = new Set(graph.nodes.map((node) => node.id));
  return graph.edges
    .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
    .map((edge) => {
      const id = edgeKey(edge);
      const old = known.get(id);
      const chosen = selected.has(id);
      if (old !== undefined && old.target === edge.target && (old.selected ?? false) === chosen) return old;
      return { id, type: "way", source: edge.source, sourceHandle: edge.outcome, target: edge.target, targetHandle: "in", selected: chosen };
    });
}
