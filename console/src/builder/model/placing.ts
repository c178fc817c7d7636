/** Where new nodes stand, and how what follows makes room for them. */
import type { Draft } from "immer";
import { boxOf, type Direction, entryOf, GAP_ALONG, portsOf, type Size, sizeOf, snapped } from "./geometry";
import { downstream, lookupOf } from "./lookup";
import type { Catalogue, Graph, GraphNode, Point } from "./types";

/** What placing needs to know. */
export interface Setting {
  readonly catalogue: Catalogue;
  readonly direction: Direction;
}

/** A way out of a node: where something may be attached. */
export interface Way {
  readonly source: string;
  readonly outcome: string;
}

/** Where a node that follows a way would stand: in line with the handle, one gap further on. */
export function placeAfter(graph: Graph, setting: Setting, way: Way, size: Size): Point {
  const { catalogue, direction } = setting;
  const source = lookupOf(graph).nodes.get(way.source);
  if (source === undefined) return { x: 0, y: 0 };
  const box = boxOf(source, catalogue, direction);
  const ports = portsOf(source, catalogue, direction);
  const port = ports.find((candidate) => candidate.outcome === way.outcome) ?? ports[0];
  const entry = entryOf(size, direction);
  const loud = ports.filter((candidate) => !candidate.quiet).length;
  // Branches spread wider than their handles: two nodes beside each other must fit.
  const spread = loud > 1 && port !== undefined && !port.quiet ? spreadOf(ports.indexOf(port), loud, size, direction) : 0;
  const along = (length: number, handle: number, inset: number): number => {
    if (port?.quiet === true) return length + 24;
    return (loud > 1 ? length / 2 : handle) + spread - inset;
  };
  const at = port?.at ?? { x: 0, y: 0 };
  return direction === "down"
    ? { x: snapped(box.x + along(box.width, at.x, entry.x)), y: snapped(box.y + box.height + GAP_ALONG.down) }
    : { x: snapped(box.x + box.width + GAP_ALONG.right), y: snapped(box.y + along(box.height, at.y, entry.y)) };
}

function spreadOf(index: number, count: number, size: Size, direction: Direction): number {
  const step = direction === "down" ? size.width + 48 : size.height + 40;
  return (index - (count - 1) / 2) * step;
}

/** On a branch the target's own line is the better place than the handle's. */
export function inLine(graph: Graph, { catalogue, direction }: Setting, way: Way, target: string | undefined, node: GraphNode): Point | null {
  const { nodes, into } = lookupOf(graph);
  const follower = target === undefined ? undefined : nodes.get(target);
  const source = nodes.get(way.source);
  if (follower === undefined || source === undefined || follower.ui === null || source.ui === null) return null;
  if ((into.get(follower.id)?.length ?? 0) > 1) return null;
  const to = boxOf(follower, catalogue, direction);
  const from = boxOf(source, catalogue, direction);
  const size = sizeOf(node, catalogue, direction);
  if (direction === "down") return { x: snapped(to.x + (to.width - size.width) / 2), y: snapped(from.y + from.height + GAP_ALONG.down) };
  return { x: snapped(from.x + from.width + GAP_ALONG.right), y: snapped(to.y + (to.height - size.height) / 2) };
}

/** Moves everything from a target on as far as it takes to stand clear of a node put before it. */
export function makeRoom(draft: Draft<Graph>, setting: Setting, node: GraphNode, target: string): void {
  const { catalogue, direction } = setting;
  const follower = draft.nodes.find((candidate) => candidate.id === target);
  if (follower?.ui == null || node.ui === null) return;
  const box = boxOf(node, catalogue, direction);
  const lack =
    direction === "down"
      ? box.y + box.height + GAP_ALONG.down - follower.ui.y
      : box.x + box.width + GAP_ALONG.right - follower.ui.x;
  if (lack <= 0) return;
  // Only what lies further on moves: a loop's way back must not push the loop itself.
  const start = direction === "down" ? follower.ui.y : follower.ui.x;
  const moving = downstream(draft, [target]);
  for (const other of draft.nodes) {
    if (other.ui === null || other.id === node.id || !moving.has(other.id)) continue;
    if (direction === "down" && other.ui.y >= start) other.ui.y = snapped(other.ui.y + lack);
    if (direction === "right" && other.ui.x >= start) other.ui.x = snapped(other.ui.x + lack);
  }
}

