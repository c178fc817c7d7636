/** Ids of nodes: readable, unique in the workflow, and never a name that the engine needs itself. */

export const ID_PATTERN = /^[a-z][a-z0-9_]{0,39}$/;
const RESERVED = new Set(["dispatch", "finish", "route", "later", "hand_over"]);
const LONGEST = 40;

export function freeId(wish: string, taken: { has(id: string): boolean }): string {
  const base = wish.replace(/_\d+$/, "").slice(0, LONGEST) || "step";
  if (!taken.has(base) && !RESERVED.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const tail = `_${number}`;
    const id = base.slice(0, LONGEST - tail.length) + tail;
    if (!taken.has(id)) return id;
  }
}

export type IdFault = "empty" | "pattern" | "reserved" | "taken";

/** What is wrong with an id that somebody wants to give; null: nothing. */
export function idFault(id: string, taken: { has(id: string): boolean }): IdFault | null {
  if (id === "") return "empty";
  if (!ID_PATTERN.test(id)) return "pattern";
  if (RESERVED.has(id)) return "reserved";
  return taken.has(id) ? "taken" : null;
}
