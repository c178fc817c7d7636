/** Three-way merge: two people changed the same draft; what only one of them touched is taken from him. */
import { edgeKey } from "./lookup";
import { stable } from "./document";
import type { Graph, GraphEdge, GraphNode } from "./types";

export interface Clash {
  readonly kind: "node" | "edge" | "detail";
  /** Node id, `source.outcome`, or a field of the workflow. */
  readonly name: string;
}

export interface Merged {
  /** Both sides' changes; of what clashes, mine. */
  readonly graph: Graph;
  readonly clashes: readonly Clash[];
}

function pick<T>(base: ReadonlyMap<string, T>, mine: ReadonlyMap<string, T>, theirs: ReadonlyMap<string, T>, kind: Clash["kind"]): { values: T[]; clashes: Clash[] } {
  const values: T[] = [];
  const clashes: Clash[] = [];
  for (const name of new Set([...mine.keys(), ...theirs.keys()])) {
    const [was, my, their] = [base.get(name), mine.get(name), theirs.get(name)];
    const [before, here, there] = [was, my, their].map((value) => (value === undefined ? "" : stable(value)));
    const iChanged = here !== before;
    const theyChanged = there !== before;
    if (iChanged && theyChanged && here !== there) clashes.push({ kind, name });
    const value = iChanged ? my : their;
    if (value !== undefined) values.push(value);
  }
  return { values, clashes };
}

function nodes(graph: Graph): ReadonlyMap<string, GraphNode> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

function edges(graph: Graph): ReadonlyMap<string, GraphEdge> {
  return new Map(graph.edges.map((edge) => [edgeKey(edge), edge]));
}

function details(graph: Graph): ReadonlyMap<string, readonly [string, unknown]> {
  return new Map(Object.entries(graph.details).map((entry) => [entry[0], entry]));
}

export function threeWay(base: Graph, mine: Graph, theirs: Graph): Merged {
  // A step that one removed and the other changed is a clash too: `pick` sees one side absent.
  const n = pick(nodes(base), nodes(mine), nodes(theirs), "node");
  const e = pick(edges(base), edges(mine), edges(theirs), "edge");
  const d = pick(details(base), details(mine), details(theirs), "detail");
  const ids = new Set(n.values.map((node) => node.id));
  return {
    graph: {
      details: Object.fromEntries(d.values),
      nodes: n.values,
      edges: e.values.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
    },
    clashes: [...n.clashes, ...e.clashes, ...d.clashes],
  };
}
