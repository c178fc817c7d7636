/**
 * Every change that a person can make to the graph, by name. An edit is a recipe over a draft; `change` runs it and
 * gives the new graph with the patches that lead there and back. What an edit created is returned for selection.
 */
import { type Draft, enablePatches, type Patch, produceWithPatches } from "immer";
import { type Box, boxOf, freePlace, sizeOf, snapped } from "./geometry";
import { freeId } from "./ids";
import { lookupOf } from "./lookup";
import { needOf, outcomesOf, renamedOutcomes } from "./outcomes";
import { inLine, makeRoom, placeAfter, type Setting, type Way } from "./placing";
import type { Catalogue, Config, Graph, GraphNode, Point, RetryPolicy } from "./types";

enablePatches();

export type { Setting, Way } from "./placing";

export type Recipe = (graph: Draft<Graph>) => void;

export interface Change {
  readonly graph: Graph;
  readonly forth: readonly Patch[];
  readonly back: readonly Patch[];
}

export function change(graph: Graph, recipe: Recipe): Change {
  const [next, forth, back] = produceWithPatches(graph, (draft: Draft<Graph>) => {
    recipe(draft);
  });
  return { graph: next, forth, back };
}

export interface Added {
  readonly recipe: Recipe;
  readonly ids: readonly string[];
}

function isTrigger(type: string, catalogue: Catalogue): boolean {
  return catalogue.get(type)?.category === "trigger";
}

/** The outcome by which a chain goes on: the first that may; null for ends. */
export function mainOutcome(node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue): string | null {
  return outcomesOf(node, catalogue)[0] ?? null;
}

export function newNode(type: string, taken: { has(id: string): boolean }, ui: Point | null, config: Config = {}): GraphNode {
  return { id: freeId(type, taken), type, name: "", config, retry: null, ui };
}

/** Adds a node by itself, at the nearest free place to a wish. */
export function addNode(graph: Graph, setting: Setting, type: string, wish: Point, config: Config = {}): Added {
  const node = newNode(type, lookupOf(graph).nodes, null, config);
  const size = sizeOf(node, setting.catalogue, setting.direction);
  const ui = freePlace({ x: snapped(wish.x), y: snapped(wish.y), ...size }, boxes(graph, setting), setting.direction);
  return { ids: [node.id], recipe: (draft) => void draft.nodes.push({ ...node, ui }) };
}

function boxes(graph: Graph, { catalogue, direction }: Setting, except: ReadonlySet<string> = new Set()): Box[] {
  return graph.nodes.filter((node) => !except.has(node.id)).map((node) => boxOf(node, catalogue, direction));
}

/** Adds a node that follows a way; a way that leads on already leads on through the new node. */
export function addAfter(graph: Graph, setting: Setting, type: string, way: Way, config: Config = {}): Added {
  const { nodes, out } = lookupOf(graph);
  const next = out.get(way.source)?.find((edge) => edge.outcome === way.outcome);
  if (next !== undefined) return insertOnEdge(graph, setting, type, way, config);
  const node = newNode(type, nodes, null, config);
  const size = sizeOf(node, setting.catalogue, setting.direction);
  const ui = freePlace({ ...placeAfter(graph, setting, way, size), ...size }, boxes(graph, setting), setting.direction);
  return {
    ids: [node.id],
    recipe: (draft) => {
      draft.nodes.push({ ...node, ui });
      if (!isTrigger(type, setting.catalogue)) draft.edges.push({ ...way, target: node.id });
    },
  };
}

/** Puts a new node between a way and its target; what follows moves on when there is no room. */
export function insertOnEdge(graph: Graph, setting: Setting, type: string, way: Way, config: Config = {}): Added {
  const node = newNode(type, lookupOf(graph).nodes, null, config);
  const ui = placeAfter(graph, setting, way, sizeOf(node, setting.catalogue, setting.direction));
  const target = lookupOf(graph).out.get(way.source)?.find((edge) => edge.outcome === way.outcome)?.target;
  const at = inLine(graph, setting, way, target, node) ?? ui;
  return {
    ids: [node.id],
    recipe: (draft) => {
      draft.nodes.push({ ...node, ui: at });
      weave(draft, setting, way, { ...node, ui: at });
      if (target !== undefined) makeRoom(draft, setting, { ...node, ui: at }, target);
    },
  };
}

function weave(draft: Draft<Graph>, { catalogue }: Setting, way: Way, node: GraphNode): void {
  const edge = draft.edges.find((candidate) => candidate.source === way.source && candidate.outcome === way.outcome);
  if (edge === undefined || isTrigger(node.type, catalogue)) return;
  const follower = edge.target;
  edge.target = node.id;
  const outcome = mainOutcome(node, catalogue);
  const taken = draft.edges.some((other) => other.source === node.id && other.outcome === outcome);
  if (outcome !== null && !taken && follower !== node.id) draft.edges.push({ source: node.id, outcome, target: follower });
}

/** Weaves a node that is there already, and stands alone, into an edge that it was dropped on. */
export function dropOnEdge(setting: Setting, id: string, way: Way, at: Point): Recipe {
  return (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (node === undefined || way.source === id) return;
    node.ui = { x: snapped(at.x), y: snapped(at.y) };
    const edge = draft.edges.find((candidate) => candidate.source === way.source && candidate.outcome === way.outcome);
    const target = edge?.target;
    weave(draft, setting, way, node);
    if (target !== undefined) makeRoom(draft, setting, node, target);
  };
}

/** Whether a node may be woven into an edge: it has no edges of its own yet, and it is no trigger. */
export function mayDropOn(graph: Graph, catalogue: Catalogue, id: string, way: Way): boolean {
  const { nodes, into, out } = lookupOf(graph);
  const node = nodes.get(id);
  if (node === undefined || way.source === id || isTrigger(node.type, catalogue)) return false;
  return (into.get(id)?.length ?? 0) === 0 && (out.get(id)?.length ?? 0) === 0;
}

/** Removes nodes; whoever led to one leads to what followed it by its main outcome. */
export function removeNodes(graph: Graph, catalogue: Catalogue, ids: ReadonlySet<string>): Recipe {
  const { nodes, out } = lookupOf(graph);
  const follow = (id: string): string | null => {
    const seen = new Set<string>();
    let at: string = id;
    while (ids.has(at)) {
      const node = nodes.get(at);
      if (node === undefined || seen.has(at)) return null;
      seen.add(at);
      const main = mainOutcome(node, catalogue);
      const edges = out.get(at) ?? [];
      const next = edges.find((edge) => edge.outcome === main) ?? (edges.length === 1 ? edges[0] : undefined);
      if (next === undefined) return null;
      at = next.target;
    }
    return at;
  };
  return (draft) => {
    draft.nodes = draft.nodes.filter((node) => !ids.has(node.id));
    draft.edges = draft.edges.flatMap((edge) => {
      if (ids.has(edge.source)) return [];
      if (!ids.has(edge.target)) return [edge];
      const target = follow(edge.target);
      return target === null || target === edge.source ? [] : [{ ...edge, target }];
    });
  };
}

export type ConnectFault = "same" | "trigger" | "unknown";

/** Why a way cannot lead to a node; null: it can. */
export function connectFault(graph: Graph, catalogue: Catalogue, way: Way, target: string): ConnectFault | null {
  const { nodes } = lookupOf(graph);
  const source = nodes.get(way.source);
  const follower = nodes.get(target);
  if (source === undefined || follower === undefined) return "unknown";
  if (!outcomesOf(source, catalogue).includes(way.outcome)) return "unknown";
  if (isTrigger(follower.type, catalogue)) return "trigger";
  return way.source === target && catalogue.get(source.type)?.kind !== "loop" ? "same" : null;
}

/** Leads a way to a node, away from where it led before. */
export function connect(way: Way, target: string): Recipe {
  return (draft) => {
    const edge = draft.edges.find((candidate) => candidate.source === way.source && candidate.outcome === way.outcome);
    if (edge === undefined) draft.edges.push({ ...way, target });
    else edge.target = target;
  };
}

export function disconnect(ways: readonly Way[]): Recipe {
  return (draft) => {
    draft.edges = draft.edges.filter((edge) => !ways.some((way) => way.source === edge.source && way.outcome === edge.outcome));
  };
}

export function moveNodes(places: ReadonlyMap<string, Point>): Recipe {
  return (draft) => {
    for (const node of draft.nodes) {
      const at = places.get(node.id);
      if (at !== undefined && (node.ui?.x !== at.x || node.ui.y !== at.y)) node.ui = { x: at.x, y: at.y };
    }
  };
}

/** Changes a config; ways that got another name stay connected, ways that are gone lose their edges. */
export function configure(catalogue: Catalogue, id: string, config: Config): Recipe {
  return (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) return;
    const before = { type: node.type, config: node.config };
    const after = { type: node.type, config };
    const renamed = renamedOutcomes(before, after, catalogue);
    const gone = new Set(outcomesOf(before, catalogue));
    for (const outcome of outcomesOf(after, catalogue)) gone.delete(outcome);
    node.config = config;
    for (const edge of draft.edges) {
      if (edge.source === id) edge.outcome = renamed.get(edge.outcome) ?? edge.outcome;
    }
    draft.edges = draft.edges.filter((edge) => edge.source !== id || !gone.has(edge.outcome));
  };
}

export function renameNode(id: string, name: string): Recipe {
  return (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (node !== undefined) node.name = name;
  };
}

/** Changes an id with all edges that name it. The caller has asked `idFault` first. */
export function changeId(id: string, to: string): Recipe {
  return (draft) => {
    for (const node of draft.nodes) if (node.id === id) node.id = to;
    for (const edge of draft.edges) {
      if (edge.source === id) edge.source = to;
      if (edge.target === id) edge.target = to;
    }
  };
}

export function setRetry(id: string, retry: RetryPolicy | null): Recipe {
  return (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (node !== undefined) node.retry = retry;
  };
}

/** Changes fields of the workflow itself (name, purpose, settings …). */
export function setDetails(details: Readonly<Record<string, unknown>>): Recipe {
  return (draft) => {
    Object.assign(draft.details, details);
  };
}

/** Ways that still must lead somewhere, in drawn order. */
export function openWays(graph: Graph, catalogue: Catalogue): readonly Way[] {
  const { out } = lookupOf(graph);
  return graph.nodes.flatMap((node) => {
    const wired = new Set((out.get(node.id) ?? []).map((edge) => edge.outcome));
    return outcomesOf(node, catalogue)
      .filter((outcome) => !wired.has(outcome) && needOf(node, outcome, catalogue) === "must")
      .map((outcome) => ({ source: node.id, outcome }));
  });
}
