/** What the layout engine is asked, and what its answer means. Pure; `layouting` runs the engine. */
import type { ElkNode } from "elkjs/lib/elk-api";
import { around, boxOf, type Direction, GAP_ACROSS, GAP_ALONG, portsOf, sizeOf, snapped } from "../model/geometry";
import type { Catalogue, Graph, GraphNode, Point } from "../model/types";

const OPTIONS = (direction: Direction): Record<string, string> => ({
  "elk.algorithm": "layered",
  "elk.direction": direction === "down" ? "DOWN" : "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": String(GAP_ALONG[direction]),
  "elk.spacing.nodeNode": String(GAP_ACROSS[direction]),
  "elk.spacing.componentComponent": "96",
  "elk.spacing.edgeNode": "24",
  "elk.layered.spacing.edgeNodeBetweenLayers": "24",
  "elk.edgeRouting": "ORTHOGONAL",
  // Ways keep their order from left to right, as they are listed.
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  // Balanced: a split stands in the middle above its branches.
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
});

function portId(node: string, outcome: string): string {
  return `${node}.${outcome}`;
}

export function question(graph: Graph, catalogue: Catalogue, direction: Direction, only: ReadonlySet<string> | null): ElkNode {
  const nodes = graph.nodes.filter((node) => only === null || only.has(node.id));
  const ids = new Set(nodes.map((node) => node.id));
  const ports = new Set<string>();
  const children = nodes.map((node) => {
    const size = sizeOf(node, catalogue, direction);
    const entry = direction === "down" ? { x: size.width / 2, y: 0 } : { x: 0, y: size.height / 2 };
    return {
      id: node.id,
      ...size,
      layoutOptions: { "elk.portConstraints": "FIXED_POS" },
      ports: [
        { id: `${node.id}:in`, ...entry, width: 0, height: 0, layoutOptions: { "elk.port.side": direction === "down" ? "NORTH" : "WEST" } },
        ...portsOf(node, catalogue, direction).map((port) => {
          ports.add(portId(node.id, port.outcome));
          return { id: portId(node.id, port.outcome), x: port.at.x, y: port.at.y, width: 0, height: 0, layoutOptions: { "elk.port.side": direction === "down" ? "SOUTH" : "EAST" } };
        }),
      ],
    };
  });
  const edges = graph.edges
    .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
    .map((edge, index) => ({
      id: `e${index}`,
      sources: [ports.has(portId(edge.source, edge.outcome)) ? portId(edge.source, edge.outcome) : edge.source],
      targets: [`${edge.target}:in`],
    }));
  return { id: "root", layoutOptions: OPTIONS(direction), children, edges };
}

/** Places by node id; the top left corner of what was arranged stays where it was. */
export function answer(found: ElkNode, graph: Graph, catalogue: Catalogue, direction: Direction): ReadonlyMap<string, Point> {
  const children = found.children ?? [];
  const ids = new Set(children.map((child) => child.id));
  const placed = graph.nodes.filter((node): node is GraphNode => ids.has(node.id) && node.ui !== null);
  const before = placed.length === children.length ? around(placed.map((node) => boxOf(node, catalogue, direction))) : null;
  const left = Math.min(...children.map((child) => child.x ?? 0));
  const top = Math.min(...children.map((child) => child.y ?? 0));
  const shift = { x: (before?.x ?? 0) - left, y: (before?.y ?? 0) - top };
  return new Map(children.map((child) => [child.id, { x: snapped((child.x ?? 0) + shift.x), y: snapped((child.y ?? 0) + shift.y) }]));
}
