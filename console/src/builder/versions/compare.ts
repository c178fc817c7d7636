/** Two graphs in one picture, and what differs between them. Pure. */
import { isPlain, stable } from "../model/document";
import { NODE_HEIGHT, NODE_WIDTH } from "../model/geometry";
import { edgeKey } from "../model/lookup";
import type { Graph, GraphNode, Point } from "../model/types";
import type { Mark } from "../store/store";
import type { WorkflowDiff } from "./data";

export type Differences = Pick<WorkflowDiff, "added" | "removed" | "changed" | "edges" | "settings">;
type FieldChange = Differences["settings"][number];

export interface Picture {
  readonly graph: Graph;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly wayMarks: ReadonlyMap<string, Mark>;
}

/** The newer graph with the removed steps of the older one in it, as ghosts. */
export function pictureOf(before: Graph, after: Graph, diff: Differences): Picture {
  const marks = new Map<string, Mark>();
  for (const { node } of diff.changed) marks.set(node, "changed");
  for (const { node } of diff.added) marks.set(node, "added");
  for (const { node } of diff.removed) marks.set(node, "removed");
  const taken = after.nodes.flatMap(({ ui }) => (ui === null ? [] : [ui]));
  const ghosts = before.nodes.filter((node) => marks.get(node.id) === "removed").map((node) => free(node, taken));
  const wayMarks = new Map<string, Mark>();
  const gone = new Set<string>();
  for (const edge of diff.edges) {
    const key = edgeKey(edge);
    wayMarks.set(key, edge.before === null ? "added" : edge.after === null ? "removed" : "changed");
    if (edge.after === null) gone.add(key);
  }
  const ghostIds = new Set(ghosts.map(({ id }) => id));
  const kept = new Set(after.edges.map(edgeKey));
  const ways = before.edges.filter((edge) => !kept.has(edgeKey(edge)) && (gone.has(edgeKey(edge)) || ghostIds.has(edge.source)));
  for (const edge of ways) wayMarks.set(edgeKey(edge), "removed");
  for (const edge of after.edges) if (marks.get(edge.source) === "added") wayMarks.set(edgeKey(edge), "added");
  return { graph: { ...after, nodes: [...after.nodes, ...ghosts], edges: [...after.edges, ...ways] }, marks, wayMarks };
}

/** A ghost must not lie on a step that took its place: without a place of its own it goes beside its neighbours. */
function free(node: GraphNode, taken: readonly Point[]): GraphNode {
  const { ui } = node;
  if (ui === null) return node;
  const covered = taken.some((point) => Math.abs(point.x - ui.x) < NODE_WIDTH && Math.abs(point.y - ui.y) < NODE_HEIGHT);
  return covered ? { ...node, ui: null } : node;
}

/** What differs, as the server tells it of stored versions: for a graph that is nowhere stored yet. */
export function compare(before: Graph, after: Graph): Differences {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Map(after.nodes.map((node) => [node.id, node]));
  const head = ({ id, type, name }: GraphNode) => ({ node: id, type, name });
  const oldWays = new Map(before.edges.map((edge) => [edgeKey(edge), edge]));
  const ways = new Map(after.edges.map((edge) => [edgeKey(edge), edge]));
  return {
    added: after.nodes.filter(({ id }) => !old.has(id)).map(head),
    removed: before.nodes.filter(({ id }) => !now.has(id)).map(head),
    changed: after.nodes.flatMap((node) => {
      const was = old.get(node.id);
      const fields = was === undefined ? [] : fieldsOf(plainNode(was), plainNode(node));
      return fields.length === 0 ? [] : [{ node: node.id, fields }];
    }),
    edges: [...new Set([...oldWays.keys(), ...ways.keys()])].flatMap((key) => {
      const was = oldWays.get(key);
      const is = ways.get(key);
      const edge = is ?? was;
      return edge === undefined || was?.target === is?.target ? [] : [{ source: edge.source, outcome: edge.outcome, before: was?.target ?? null, after: is?.target ?? null }];
    }),
    settings: fieldsOf(before.details, after.details),
  };
}

function plainNode({ type, name, config, retry }: GraphNode): Readonly<Record<string, unknown>> {
  return { type, name, config, retry };
}

function fieldsOf(before: unknown, after: unknown, path = ""): FieldChange[] {
  if (isPlain(before) && isPlain(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => fieldsOf(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  if (stable(before ?? null) === stable(after ?? null)) return [];
  return [{ field: path, before: before ?? null, after: after ?? null }];
}

export function countOf(diff: Differences): number {
  return diff.added.length + diff.removed.length + diff.changed.length + diff.edges.length + diff.settings.length;
}
