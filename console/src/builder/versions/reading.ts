import { parse } from "yaml";
import { fromDocument, isPlain } from "../model/document";
import type { Graph } from "../model/types";

/** A workflow from YAML or JSON; null: nothing there yet. */
export function readWorkflow(text: string): Graph | Error | null {
  if (text.trim() === "") return null;
  try {
    const found: unknown = parse(text);
    if (!isPlain(found) || !Array.isArray(found["nodes"])) return new Error("nodes: ?");
    return fromDocument(found);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
