/**
 * The ways out of a node. Most types have the same always; five compute them from their config, here as in
 * `stepwell/workflows/nodes/<type>.py`. A config under construction gives what can be read of it, so that handles
 * do not vanish while somebody types.
 */
import { isPlain } from "./document";
import type { Catalogue, Config, GraphNode } from "./types";

type Compute = (config: Config) => readonly string[];

function names(value: unknown, key: string): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => (isPlain(item) && typeof item[key] === "string" ? item[key] : ""));
}

const MAX_BRANCHES = 10;

const COMPUTED: Readonly<Record<string, Compute>> = {
  switch_case: (config) => [...names(config["cases"], "name"), "default"],
  random_split: (config) => (isPlain(config["weights"]) ? Object.keys(config["weights"]) : []),
  wait_until: (config) => [
    ...names(config["ways"], "name").map((name, index) => name || (index === 0 ? "matched" : `matched_${index + 1}`)),
    "timed_out",
  ],
  parallel_execution: (config) => {
    const branches = config["branches"] ?? 2;
    if (Array.isArray(branches)) return branches.map(String);
    const count = Math.min(Math.max(Math.trunc(Number(branches)) || 0, 0), MAX_BRANCHES);
    return Array.from({ length: count }, (_, index) => `branch_${index + 1}`);
  },
};

/** The outcomes of a node, the primary one first, each once, none empty. */
export function outcomesOf(node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue): readonly string[] {
  const type = catalogue.get(node.type);
  if (type === undefined) return ["next"];
  const compute = COMPUTED[node.type];
  if (compute === undefined) return type.outcomes;
  return [...new Set(compute(node.config))].filter((name) => name !== "");
}

/** Outcomes whose edges an edit of the config may rename: name before -> name after, matched by place. */
export function renamedOutcomes(
  before: Pick<GraphNode, "type" | "config">,
  after: Pick<GraphNode, "type" | "config">,
  catalogue: Catalogue,
): ReadonlyMap<string, string> {
  const old = outcomesOf(before, catalogue);
  const now = outcomesOf(after, catalogue);
  const found = new Map<string, string>();
  if (old.length !== now.length) return found;
  const gone = old.filter((name) => !now.includes(name));
  const come = now.filter((name) => !old.includes(name));
  const [from] = gone;
  const [to] = come;
  // One name changed in place: somebody renames a case, and its way must stay connected letter by letter.
  if (gone.length === 1 && come.length === 1 && from !== undefined && to !== undefined) {
    if (old.indexOf(from) === now.indexOf(to)) found.set(from, to);
  }
  return found;
}

/** Whether an outcome must be connected (logic and triggers), may end the journey, or follows the primary one. */
export type Need = "must" | "may_end" | "follows";

export function needOf(node: Pick<GraphNode, "type" | "config">, outcome: string, catalogue: Catalogue): Need {
  const type = catalogue.get(node.type);
  if (type === undefined) return "may_end";
  if (node.type === "wait_until") {
    return outcome !== "timed_out" || waysAreOpenEnded(node.config) ? "must" : "follows";
  }
  if (type.falls_through.includes(outcome)) return "follows";
  const logic = type.kind === "split" || type.kind === "loop" || type.kind === "parallel";
  return logic || type.category === "trigger" ? "must" : "may_end";
}

function waysAreOpenEnded(config: Config): boolean {
  const ways = config["ways"];
  if (!Array.isArray(ways)) return false;
  return ways.some((way: unknown) => isPlain(way) && Boolean(way["condition"] || way["event"] || way["date"]));
}
