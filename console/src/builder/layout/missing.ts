/** Places for nodes that have none, beside those that somebody placed: nothing that stands moves. */
import { boxOf, type Direction, freePlace, sizeOf } from "../model/geometry";
import { lookupOf } from "../model/lookup";
import { placeAfter, type Setting } from "../model/placing";
import type { Graph, GraphNode } from "../model/types";

/** Whether the whole graph is to be arranged: nobody placed anything yet. */
export function unplaced(graph: Graph): boolean {
  return graph.nodes.length > 0 && graph.nodes.every((node) => node.ui === null);
}

export function placeMissing(graph: Graph, setting: Setting): Graph {
  if (graph.nodes.every((node) => node.ui !== null)) return graph;
  const { into } = lookupOf(graph);
  let current = graph;
  // A round places whoever follows a placed node; those that follow nobody come last, below everything.
  for (;;) {
    const waiting = current.nodes.filter((node) => node.ui === null);
    const [first] = waiting;
    if (first === undefined) return current;
    const { nodes } = lookupOf(current);
    const boxes = current.nodes.filter((node) => node.ui !== null).map((node) => boxOf(node, setting.catalogue, setting.direction));
    const known = waiting.find((node) => into.get(node.id)?.some((edge) => nodes.get(edge.source)?.ui != null));
    const node = known ?? first;
    const edge = into.get(node.id)?.find((candidate) => nodes.get(candidate.source)?.ui != null);
    const size = sizeOf(node, setting.catalogue, setting.direction);
    const wish = edge === undefined ? { x: 0, y: Math.max(0, ...boxes.map((box) => box.y + box.height + 48)) } : placeAfter(current, setting, edge, size);
    current = placedAt(current, { ...node, ui: freePlace({ ...wish, ...size }, boxes, setting.direction) });
  }
}

function placedAt(graph: Graph, placed: GraphNode): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === placed.id ? placed : node)) };
}

/** In which direction a drawn journey runs, by where its edges lead; null: nothing is placed. */
export function guessDirection(graph: Graph): Direction | null {
  const { nodes } = lookupOf(graph);
  let down = 0;
  let right = 0;
  for (const edge of graph.edges) {
    const from = nodes.get(edge.source)?.ui;
    const to = nodes.get(edge.target)?.ui;
    if (from == null || to == null) continue;
    if (Math.abs(to.x - from.x) > Math.abs(to.y - from.y)) right += 1;
    else down += 1;
  }
  return down + right === 0 ? null : right > down ? "right" : "down";
}
