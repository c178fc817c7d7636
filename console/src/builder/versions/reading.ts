import { parse } from "yaml";
import { fromDocument, isPlain } from "../model/document";
import type { Graph } from "../model/types";

/** `node.outcome -> node`, as the server writes edges in YAML (stepwell/workflows/documents.py); no outcome: `next`. */
const EDGE = /^\s*([a-z][a-z0-9_]*)(?:\.([a-z0-9_]+))?\s*->\s*([a-z][a-z0-9_]*)\s*$/;

function readWay(edge: unknown): unknown {
  if (typeof edge !== "string") return edge;
  const [, source, outcome = "next", target] = EDGE.exec(edge) ?? [];
  if (source === undefined) throw new Error(`edges: ${edge}`);
  return { source, outcome, target };
}

/** A workflow from YAML or JSON; null: nothing there yet. */
export function readWorkflow(text: string): Graph | Error | null {
  if (text.trim() === "") return null;
  try {
    const found: unknown = parse(text);
    if (!isPlain(found) || !Array.isArray(found["nodes"])) return new Error("nodes: ?");
    return fromDocument({ ...found, edges: Array.isArray(found["edges"]) ? found["edges"].map(readWay) : [] });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
