import type { TransferState } from "@/api/imports";
import type { Tone } from "@/kit/StatusBadge";

export const TONES: Record<TransferState, Tone> = { uploading: "quiet", planning: "info", working: "info", done: "good", failed: "bad", cancelled: "warn" };
