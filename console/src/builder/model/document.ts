/** The border between the API's workflow document and the builder's graph. */
import type { Config, Details, Graph, GraphEdge, GraphNode, Point, RetryPolicy } from "./types";

type Plain = Readonly<Record<string, unknown>>;

export function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): readonly Plain[] {
  return Array.isArray(value) ? value.filter(isPlain) : [];
}

function point(value: unknown): Point | null {
  if (!isPlain(value) || typeof value["x"] !== "number" || typeof value["y"] !== "number") return null;
  return { x: value["x"], y: value["y"] };
}

export function readNode(value: Plain): GraphNode {
  const retry = value["retry"];
  const config: Config = isPlain(value["config"]) ? value["config"] : {};
  return {
    id: text(value["id"]),
    type: text(value["type"]),
    name: text(value["name"]),
    config,
    retry: isPlain(retry)
      ? ({ max_attempts: 3, interval_seconds: 30, backoff_rate: 2, ...retry } satisfies RetryPolicy)
      : null,
    ui: point(value["ui"]),
  };
}

export function readEdge(value: Plain): GraphEdge {
  return { source: text(value["source"]), outcome: text(value["outcome"]) || "next", target: text(value["target"]) };
}

/** Reads what the API gave; unknown parts of the workflow itself are kept as they are. */
export function fromDocument(document: Plain): Graph {
  const { nodes, edges, ...details } = document;
  return { details, nodes: list(nodes).map(readNode), edges: list(edges).map(readEdge) };
}

export function writeNode(node: GraphNode): Plain {
  return {
    id: node.id,
    type: node.type,
    ...(node.name === "" ? {} : { name: node.name }),
    ...(Object.keys(node.config).length === 0 ? {} : { config: node.config }),
    ...(node.retry === null ? {} : { retry: node.retry }),
    ...(node.ui === null ? {} : { ui: { x: Math.round(node.ui.x), y: Math.round(node.ui.y) } }),
  };
}

export function toDocument(graph: Graph): Plain {
  const details: Details = graph.details;
  return { ...details, nodes: graph.nodes.map(writeNode), edges: graph.edges.map((edge) => ({ ...edge })) };
}

/** A text field of the workflow itself; empty when it is absent. */
export function detail(graph: Graph, name: string): string {
  return text(graph.details[name]);
}

/** Compares by value; key order does not count, positions are compared in whole pixels. */
export function sameGraph(one: Graph, other: Graph): boolean {
  return one === other || stable(toDocument(one)) === stable(toDocument(other));
}

/** JSON with sorted keys: equal values give equal texts. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isPlain(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) : inner,
  );
}
