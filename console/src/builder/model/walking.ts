/** Where the arrow keys lead: along edges in the journey's direction, to the neighbour aside otherwise. */
import { boxOf, type Direction } from "./geometry";
import { lookupOf } from "./lookup";
import type { Catalogue, Graph } from "./types";

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

export function isArrow(key: string): key is Arrow {
  return key === "ArrowUp" || key === "ArrowDown" || key === "ArrowLeft" || key === "ArrowRight";
}

export function walk(graph: Graph, catalogue: Catalogue, direction: Direction, from: string, arrow: Arrow): string | null {
  const { nodes, out, into } = lookupOf(graph);
  const [forth, back]: [Arrow, Arrow] = direction === "down" ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
  const node = nodes.get(from);
  if (node === undefined) return graph.nodes[0]?.id ?? null;
  if (arrow === forth) return out.get(from)?.[0]?.target ?? null;
  if (arrow === back) return into.get(from)?.[0]?.source ?? null;
  // Aside: the nearest step on that side, one on the same level before one that is not.
  const here = boxOf(node, catalogue, direction);
  const sign = arrow === "ArrowLeft" || arrow === "ArrowUp" ? -1 : 1;
  let best: { id: string; cost: number } | null = null;
  for (const other of graph.nodes) {
    if (other.id === from) continue;
    const box = boxOf(other, catalogue, direction);
    const dx = box.x + box.width / 2 - here.x - here.width / 2;
    const dy = box.y + box.height / 2 - here.y - here.height / 2;
    const [aside, along] = direction === "down" ? [dx, dy] : [dy, dx];
    if (aside * sign <= 1) continue;
    const cost = Math.abs(aside) + 3 * Math.abs(along);
    if (best === null || cost < best.cost) best = { id: other.id, cost };
  }
  return best?.id ?? null;
}
