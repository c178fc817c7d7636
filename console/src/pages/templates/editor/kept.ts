import type { MessageSource } from "@/api/templates";

/** What was written and not saved, in this browser: a reload, a crash or an expired session loses nothing. */
interface Kept {
  rev: number;
  at: string;
  source: MessageSource;
}

const key = (id: string): string => `stepwell.message.${id}`;

export function keep(rev: number, source: MessageSource): void {
  try {
    localStorage.setItem(key(source.id), JSON.stringify({ rev, at: new Date().toISOString(), source } satisfies Kept));
  } catch {
    return; // full or forbidden: what is on the page is still there
  }
}

export function kept(id: string): Kept | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key(id)) ?? "null");
    if (typeof found !== "object" || found === null || !("rev" in found) || !("at" in found) || !("source" in found)) return null;
    const { rev, at, source } = found;
    return typeof rev === "number" && typeof at === "string" && typeof source === "object" && source !== null ? { rev, at, source: source as MessageSource } : null;
  } catch {
    return null;
  }
}

export function forget(id: string): void {
  try {
    localStorage.removeItem(key(id));
  } catch {
    return;
  }
}
