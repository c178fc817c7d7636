import type { WorkflowStatus } from "@/api/workflows";
import type { Tone } from "@/kit/StatusBadge";

/** How a workflow's status is coloured; its words are `builder:status.*`. */
export const STATUS_TONES: Readonly<Record<WorkflowStatus, Tone>> = { draft: "quiet", active: "good", paused: "warn", paused_discard: "warn", stopped: "bad", draining: "info" };
export const STATUSES = Object.keys(STATUS_TONES) as readonly WorkflowStatus[];
