/** The six groups by which the library and the canvas sort and colour node types. */
import type { NodeType } from "./types";

export const GROUPS = ["trigger", "message", "logic", "wait", "data", "end"] as const;
export type Group = (typeof GROUPS)[number];

const SPEAKING = new Set(["notification_send", "social_post", "social_media_post"]);

export function groupOf(type: NodeType | undefined): Group {
  if (type === undefined) return "end";
  if (type.category === "trigger") return "trigger";
  if (type.kind === "end" || type.type === "goal") return "end";
  if (type.kind === "wait") return "wait";
  if (type.kind === "split" || type.kind === "parallel" || type.kind === "merge" || type.kind === "loop" || type.type === "engagement_check") return "logic";
  if (type.sends !== "" || type.category === "content" || SPEAKING.has(type.type)) return "message";
  return "data";
}
