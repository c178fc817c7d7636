/** Unsaved drafts on this device, one a workspace and workflow; what cannot be kept (full, forbidden) is not. */
import { fromDocument, isPlain, toDocument } from "../model/document";
import type { Unsaved } from "./saver";

export interface Kept extends Unsaved {
  /** When it was kept, ISO. */
  readonly at: string;
}

export function keyOf(tenant: string, workflow: string): string {
  return `stepwell.unsaved/${tenant}/${workflow}`;
}

export function keep(key: string, unsaved: Unsaved | null, at: Date): void {
  try {
    if (unsaved === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ rev: unsaved.rev, at: at.toISOString(), workflow: toDocument(unsaved.graph), base: toDocument(unsaved.base) }));
  } catch (fault) {
    if (!(fault instanceof DOMException)) throw fault;
  }
}

export function kept(key: string): Kept | null {
  const text = localStorage.getItem(key);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (!isPlain(value) || !isPlain(value["workflow"]) || !isPlain(value["base"]) || typeof value["rev"] !== "number" || typeof value["at"] !== "string") return null;
    return { graph: fromDocument(value["workflow"]), base: fromDocument(value["base"]), rev: value["rev"], at: value["at"] };
  } catch (fault) {
    if (fault instanceof SyntaxError) return null;
    throw fault;
  }
}
