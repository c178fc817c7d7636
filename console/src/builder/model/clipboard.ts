/**
 * Copied steps travel as JSON text on the system's clipboard, so that they pass between workflows, tabs and people.
 * Text that is not ours is refused; ids are new in the target; edges between copied nodes come along.
 */
import { fromDocument, isPlain, writeNode } from "./document";
import type { Added, Setting } from "./edits";
import { around, boxOf, overlaps, snapped } from "./geometry";
import { freeId } from "./ids";
import { lookupOf } from "./lookup";
import type { Draft } from "immer";
import type { Graph, GraphEdge, GraphNode, Point } from "./types";

const MARK = "stepwell/steps";
const MAX_CHARACTERS = 1_000_000;
const MAX_NODES = 500;

export interface Clip {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export function clipOf(graph: Graph, ids: ReadonlySet<string>): Clip {
  return {
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
  };
}

export function clipText(clip: Clip): string {
  return JSON.stringify({ kind: MARK, version: 1, nodes: clip.nodes.map(writeNode), edges: clip.edges }, null, 2);
}

/** Reads what is on the clipboard; null: not steps of a workflow. */
export function readClip(text: string): Clip | null {
  if (text.length > MAX_CHARACTERS || !text.trimStart().startsWith("{")) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (fault) {
    if (fault instanceof SyntaxError) return null;
    throw fault;
  }
  if (!isPlain(value) || value["kind"] !== MARK || value["version"] !== 1) return null;
  const { nodes, edges } = fromDocument(value);
  const sound = nodes.filter((node) => node.id !== "" && node.type !== "");
  if (sound.length === 0 || sound.length > MAX_NODES) return null;
  const ids = new Set(sound.map((node) => node.id));
  if (ids.size < sound.length) return null;
  return { nodes: sound, edges: edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)) };
}

/** Adds copied steps under new ids: around a point, or beside where they came from. */
export function paste(graph: Graph, setting: Setting, clip: Clip, at: Point | null): Added {
  const taken = new Set(lookupOf(graph).nodes.keys());
  const ids = new Map<string, string>();
  for (const node of clip.nodes) {
    const id = freeId(node.id, taken);
    taken.add(id);
    ids.set(node.id, id);
  }
  const shift = shiftOf(graph, setting, clip, at);
  const nodes = clip.nodes.map((node) => ({
    ...node,
    id: ids.get(node.id) ?? node.id,
    ui: node.ui === null ? null : { x: snapped(node.ui.x + shift.x), y: snapped(node.ui.y + shift.y) },
  }));
  const seen = new Set<string>();
  const edges = clip.edges.flatMap((edge) => {
    const source = ids.get(edge.source);
    const target = ids.get(edge.target);
    const key = `${edge.source}.${edge.outcome}`;
    if (source === undefined || target === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ source, outcome: edge.outcome, target }];
  });
  return {
    ids: nodes.map((node) => node.id),
    recipe: (draft) => {
      draft.nodes.push(...(nodes as Draft<GraphNode>[]));
      draft.edges.push(...edges);
    },
  };
}

export function duplicate(graph: Graph, setting: Setting, ids: ReadonlySet<string>): Added {
  return paste(graph, setting, clipOf(graph, ids), null);
}

function shiftOf(graph: Graph, { catalogue, direction }: Setting, clip: Clip, at: Point | null): Point {
  const placed = clip.nodes.filter((node) => node.ui !== null);
  const box = around(placed.map((node) => boxOf(node, catalogue, direction)));
  if (box === null) return { x: 0, y: 0 };
  const start = at === null ? { x: 0, y: 0 } : { x: at.x - box.x - box.width / 2, y: at.y - box.y - box.height / 2 };
  const others = graph.nodes.map((node) => boxOf(node, catalogue, direction));
  const mine = placed.map((node) => boxOf(node, catalogue, direction));
  // Step aside until nothing lies on top of something else.
  for (let step = 0; step < 100; step += 1) {
    const shift = { x: start.x + step * 32, y: start.y + step * 32 };
    const free = mine.every((one) => !others.some((other) => overlaps({ ...one, x: one.x + shift.x, y: one.y + shift.y }, other)));
    if (free) return shift;
  }
  return start;
}
