import type { DebuggedEvent } from "@/api/events";

/** How many events a tail keeps: more than anybody looks through by hand. */
export const KEPT = 2_000;

/** What tells entries of the tail apart: a batch's events may share everything but their place or name. */
export function keyOf(event: DebuggedEvent): string {
  return [event.at, event.source, event.status, event.message_id, event.name, event.code, event.place].join("|");
}

/** Puts new entries before known ones, each once, newest first. */
export function merged(known: readonly DebuggedEvent[], news: readonly DebuggedEvent[]): readonly DebuggedEvent[] {
  const have = new Set(known.map(keyOf));
  const fresh = news.filter((one) => {
    const key = keyOf(one);
    if (have.has(key)) return false;
    have.add(key);
    return true;
  });
  if (fresh.length === 0) return known;
  return [...fresh, ...known].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, KEPT);
}

export interface TailFilter {
  text: string;
  name: string;
  source: string;
  status: string;
}

export function matching(events: readonly DebuggedEvent[], { text, name, source, status }: TailFilter): readonly DebuggedEvent[] {
  const wanted = text.trim().toLowerCase();
  return events.filter(
    (one) =>
      (name === "" || one.name === name) &&
      (source === "" || one.source === source) &&
      (status === "" || (status === "warned" ? one.status === "accepted" && one.code !== "" : one.status === status)) &&
      (wanted === "" || textOf(one).includes(wanted)),
  );
}

function textOf(one: DebuggedEvent): string {
  return `${one.name} ${one.kind ?? ""} ${one.user_id ?? ""} ${one.anonymous_id ?? ""} ${one.message_id} ${one.message} ${JSON.stringify(one.document ?? {})}`.toLowerCase();
}

/** Who it is about: their id, or address, or browser. */
export function whoOf({ user_id, anonymous_id, document }: DebuggedEvent): string {
  if (user_id) return user_id;
  const traits = document?.["traits"];
  const email = typeof traits === "object" && traits !== null && "email" in traits ? traits.email : undefined;
  const told = document?.["userId"] ?? document?.["anonymousId"];
  if (typeof email === "string") return email;
  return anonymous_id || (typeof told === "string" ? told : "");
}
