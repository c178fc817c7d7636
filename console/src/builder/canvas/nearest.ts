/** Which edge a dragged step hovers over: the distance to the line as it is drawn (down, across, down). */
import { boxOf, entryOf, portsOf, sizeOf } from "../model/geometry";
import { edgeKey, lookupOf } from "../model/lookup";
import type { Setting } from "../model/placing";
import type { Graph, Point } from "../model/types";

const REACH = 44;

function toSegment(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length));
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy);
}

export function nearestWay(graph: Graph, { catalogue, direction }: Setting, point: Point, except = ""): string | null {
  const { nodes } = lookupOf(graph);
  let best: { key: string; far: number } | null = null;
  for (const edge of graph.edges) {
    const source = nodes.get(edge.source);
    const target = nodes.get(edge.target);
    if (source === undefined || target === undefined || edge.source === except || edge.target === except) continue;
    const box = boxOf(source, catalogue, direction);
    const port = portsOf(source, catalogue, direction).find((candidate) => candidate.outcome === edge.outcome);
    const size = sizeOf(target, catalogue, direction);
    const entry = entryOf(size, direction);
    const from = { x: box.x + (port?.at.x ?? 0), y: box.y + (port?.at.y ?? 0) };
    const to = { x: (target.ui?.x ?? 0) + entry.x, y: (target.ui?.y ?? 0) + entry.y };
    const middle = direction === "down" ? (from.y + to.y) / 2 : (from.x + to.x) / 2;
    const one = direction === "down" ? { x: from.x, y: middle } : { x: middle, y: from.y };
    const two = direction === "down" ? { x: to.x, y: middle } : { x: middle, y: to.y };
    const far = Math.min(toSegment(point, from, one), toSegment(point, one, two), toSegment(point, two, to));
    if (far <= REACH && (best === null || far < best.far)) best = { key: edgeKey(edge), far };
  }
  return best?.key ?? null;
}

export function wayOf(graph: Graph, key: string): { source: string; outcome: string } | null {
  const edge = graph.edges.find((candidate) => edgeKey(candidate) === key);
  return edge === undefined ? null : { source: edge.source, outcome: edge.outcome };
}
