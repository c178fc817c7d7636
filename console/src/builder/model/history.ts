/**
 * Undo and redo without limit: a step is a pair of patch lists, so it costs what changed and not a copy of the graph.
 * Steps with the same `merge` key that follow each other within a pause become one (typing, nudging).
 */
import { applyPatches, type Patch } from "immer";
import type { Change } from "./edits";
import type { Graph } from "./types";

export interface Step {
  /** What was done, as a text key. */
  readonly label: string;
  readonly merge: string;
  /** Time of the last change, ms. */
  readonly at: number;
  readonly forth: readonly Patch[];
  readonly back: readonly Patch[];
}

export interface History {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export const NOTHING: History = { past: [], future: [] };
const PAUSE_MS = 1_200;

export interface Told {
  readonly label: string;
  readonly merge?: string;
  readonly at: number;
}

export function record(history: History, made: Change, told: Told): History {
  if (made.forth.length === 0) return history;
  const merge = told.merge ?? "";
  const last = history.past.at(-1);
  const step: Step = { label: told.label, merge, at: told.at, forth: made.forth, back: made.back };
  if (last !== undefined && merge !== "" && last.merge === merge && told.at - last.at <= PAUSE_MS && history.future.length === 0) {
    const joined: Step = { ...step, forth: [...last.forth, ...step.forth], back: [...step.back, ...last.back] };
    return { past: [...history.past.slice(0, -1), joined], future: [] };
  }
  return { past: [...history.past, step], future: [] };
}

export interface Moved {
  readonly graph: Graph;
  readonly history: History;
  readonly step: Step;
}

export function undo(graph: Graph, { past, future }: History): Moved | null {
  const step = past.at(-1);
  if (step === undefined) return null;
  return {
    graph: applyPatches(graph, [...step.back]),
    // A step that was undone is closed: what is typed later is a step of its own.
    history: { past: past.slice(0, -1), future: [...future, { ...step, merge: "" }] },
    step,
  };
}

export function redo(graph: Graph, { past, future }: History): Moved | null {
  const step = future.at(-1);
  if (step === undefined) return null;
  return {
    graph: applyPatches(graph, [...step.forth]),
    history: { past: [...past, step], future: future.slice(0, -1) },
    step,
  };
}
