/**
 * Problems of a graph. The server's checks decide; the few made here say at once what needs no server, and are
 * replaced by the server's answer to the same graph, so that nothing is told twice.
 */
import { lookupOf } from "./lookup";
import { openWays } from "./edits";
import { missingFields } from "./summary";
import type { Catalogue, Graph } from "./types";

export type Severity = "error" | "warning";

/** A violation as `POST /api/v1/workflows/validate` tells it; `message` is empty for those found here. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** Node id; empty: the workflow itself. */
  readonly node: string;
  /** Dotted path: `config.url`, `outcomes.true`, `settings.filter`. */
  readonly field: string;
  readonly severity: Severity;
  /** Forbids publishing, not saving. */
  readonly publish_only: boolean;
  /** Offset into a condition's text. */
  readonly position: number | null;
}

const BLANK = { message: "", node: "", field: "", severity: "error", publish_only: false, position: null } as const;

export function readProblem(value: Readonly<Record<string, unknown>>): Problem {
  const text = (key: string): string => (typeof value[key] === "string" ? value[key] : "");
  return {
    code: text("code"),
    message: text("message"),
    node: text("node"),
    field: text("place"),
    severity: value["severity"] === "warning" ? "warning" : "error",
    publish_only: value["publish_only"] === true,
    position: typeof value["position"] === "number" ? value["position"] : null,
  };
}

/** What can be said without the server: no way in, steps that nobody reaches, open ways, empty fields. */
export function quickChecks(graph: Graph, catalogue: Catalogue): readonly Problem[] {
  const found: Problem[] = [];
  const isTrigger = (type: string): boolean => catalogue.get(type)?.category === "trigger";
  const triggers = graph.nodes.filter((node) => isTrigger(node.type));
  if (triggers.length === 0) found.push({ ...BLANK, code: "no_trigger" });
  for (const node of graph.nodes) {
    if (!catalogue.has(node.type)) found.push({ ...BLANK, code: "unknown_type", node: node.id });
    for (const field of missingFields(node, catalogue)) {
      found.push({ ...BLANK, code: missing(node.type, field, catalogue), node: node.id, field: `config.${field}` });
    }
  }
  for (const way of openWays(graph, catalogue)) {
    found.push({ ...BLANK, code: "missing_outcome", node: way.source, field: `outcomes.${way.outcome}` });
  }
  if (triggers.length > 0) {
    const { out } = lookupOf(graph);
    const seen = new Set<string>();
    const todo = triggers.map((node) => node.id);
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      todo.push(...(out.get(id) ?? []).map((edge) => edge.target));
    }
    for (const node of graph.nodes) if (!seen.has(node.id)) found.push({ ...BLANK, code: "unreachable", node: node.id });
  }
  return found;
}

/** What the server calls it, so that nothing is told twice. */
function missing(type: string, field: string, catalogue: Catalogue): string {
  if (type === "wait_until" && field === "time_limit") return "unbounded_wait";
  return catalogue.get(type)?.widgets[field] === "template" ? "missing_template" : "missing_field";
}

function keyOf(problem: Problem): string {
  return `${problem.code}|${problem.node}|${problem.field}`;
}

/**
 * Joins what both know. While the server's answer is of an older graph (`stale`), its problems stay unless the quick
 * checks know better: a kind they check themselves counts only if they still find it.
 */
export function joined(server: readonly Problem[], quick: readonly Problem[], graph: Graph, stale: boolean): readonly Problem[] {
  if (!stale) return sorted(server, graph);
  const { nodes } = lookupOf(graph);
  const now = new Set(quick.map(keyOf));
  const kept = server.filter((problem) => (problem.node === "" || nodes.has(problem.node)) && (!QUICK.has(problem.code) || now.has(keyOf(problem))));
  const told = new Set(kept.map(keyOf));
  return sorted([...kept, ...quick.filter((problem) => !told.has(keyOf(problem)))], graph);
}

const QUICK = new Set(["no_trigger", "unknown_type", "missing_field", "missing_template", "unbounded_wait", "missing_outcome", "unreachable"]);

/** Errors first, then in drawn order. */
function sorted(problems: readonly Problem[], graph: Graph): readonly Problem[] {
  const rank = new Map(graph.nodes.map((node, index) => [node.id, index]));
  const weight = (problem: Problem): number => (problem.severity === "error" ? 0 : 1_000_000) + (problem.node === "" ? -1 : (rank.get(problem.node) ?? 0));
  return [...problems].sort((one, other) => weight(one) - weight(other));
}

export function byNode(problems: readonly Problem[]): ReadonlyMap<string, readonly Problem[]> {
  const found = new Map<string, Problem[]>();
  for (const problem of problems) {
    const list = found.get(problem.node);
    if (list === undefined) found.set(problem.node, [problem]);
    else list.push(problem);
  }
  return found;
}
