/** Questions about a graph's connections, each answered once a graph and kept beside it. */
import type { Graph, GraphEdge, GraphNode } from "./types";

export interface Lookup {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly out: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly into: ReadonlyMap<string, readonly GraphEdge[]>;
}

const kept = new WeakMap<Graph, Lookup>();

export function lookupOf(graph: Graph): Lookup {
  const known = kept.get(graph);
  if (known !== undefined) return known;
  const out = new Map<string, GraphEdge[]>();
  const into = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    put(out, edge.source, edge);
    put(into, edge.target, edge);
  }
  const made: Lookup = { nodes: new Map(graph.nodes.map((node) => [node.id, node])), out, into };
  kept.set(graph, made);
  return made;
}

function put(map: Map<string, GraphEdge[]>, key: string, edge: GraphEdge): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [edge]);
  else list.push(edge);
}

export function edgeKey(edge: Pick<GraphEdge, "source" | "outcome">): string {
  return `${edge.source}.${edge.outcome}`;
}

/** All nodes that can be reached from some, themselves included. */
export function downstream(graph: Graph, from: readonly string[]): ReadonlySet<string> {
  const { out } = lookupOf(graph);
  const seen = new Set<string>();
  const todo = [...from];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const edge of out.get(id) ?? []) todo.push(edge.target);
  }
  return seen;
}
