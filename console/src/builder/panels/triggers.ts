/** Events by which contacts come into a workflow: their properties can be named everywhere in it. */
import type { Graph } from "../model/types";

export function eventsOf({ nodes }: Pick<Graph, "nodes">): readonly string[] {
  const found = nodes.flatMap(({ type, config }): unknown[] => {
    if (type === "event_trigger" || type === "time_trigger") return [config["event"]];
    return type === "behavioral_trigger" && Array.isArray(config["events"]) ? config["events"] : [];
  });
  return [...new Set(found.filter((name): name is string => typeof name === "string" && name !== ""))];
}
