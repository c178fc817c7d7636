import { LineCounter, isCollection, isMap, isNode, parseDocument, stringify, type Node } from "yaml";
import type { Fault } from "@/api/documents";
import { isRecord } from "@/api/error";
import type { Marker } from "@/kit/CodeEditor";

/** What names a thing is read first; the server keeps the parts of a document by the alphabet. */
const FIRST = ["id", "name", "description", "type", "event", "where"] as const;

/** A document as YAML, in its author's order where that is known; what is empty or null is left out, for it is the default. */
export function written(value: unknown, author: unknown = null): string {
  return stringify(ordered(lean(value), author), { lineWidth: 0 });
}

function ordered(value: unknown, author: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown, place) => ordered(one, counterpart(one, place, author)));
  if (!isRecord(value)) return value;
  const like = isRecord(author) ? author : {};
  const known = [...Object.keys(like), ...FIRST];
  const rank = (name: string): number => {
    const place = known.indexOf(name);
    return place < 0 ? known.length : place;
  };
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => rank(one) - rank(other))
      .map(([name, one]) => [name, ordered(one, like[name])]),
  );
}

/** What the author wrote of a row: of the same id, else at the same place. */
function counterpart(row: unknown, place: number, author: unknown): unknown {
  if (!Array.isArray(author)) return null;
  const rows: readonly unknown[] = author;
  return rows.find((one) => isRecord(one) && isRecord(row) && one["id"] !== undefined && one["id"] === row["id"]) ?? rows[place];
}

function lean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lean);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && one !== "" && !(Array.isArray(one) && one.length === 0))
      .map(([name, one]) => [name, lean(one)]),
  );
}

export interface Read {
  value: unknown;
  markers: Marker[];
}

/** Reads YAML; what is no YAML is told with its line. */
export function read(text: string): Read {
  const lines = new LineCounter();
  const found = parseDocument(text, { lineCounter: lines });
  const markers = found.errors.map((error) => ({ line: error.linePos?.[0].line ?? 1, column: error.linePos?.[0].col ?? 1, message: error.message.split("\n")[0] ?? error.message }));
  return { value: markers.length > 0 ? null : found.toJS(), markers };
}

/** Where in the text the server's objections belong: by the longest end of their place that the text has. */
export function marked(text: string, faults: readonly Fault[]): Marker[] {
  const lines = new LineCounter();
  const found = parseDocument(text, { lineCounter: lines });
  return faults.map(({ place, message }) => {
    const parts = place.split(/[.[\]/]+/).filter(Boolean);
    for (let skip = 0; skip < parts.length; skip += 1) {
      for (let end = parts.length; end > skip; end -= 1) {
        const at = offset(found.contents, parts.slice(skip, end));
        if (at !== null) {
          const { line, col } = lines.linePos(at);
          return { line, column: col, message };
        }
      }
    }
    return { line: 1, message };
  });
}

function offset(node: unknown, path: readonly string[]): number | null {
  let here: unknown = node;
  let at: number | null = null;
  for (const part of path) {
    if (!isCollection(here)) return null;
    const index = /^\d+$/.test(part) ? Number(part) : part;
    if (isMap(here)) {
      const pair = here.items.find((one) => String(one.key) === part);
      if (!pair) return null;
      at = placed(pair.key)?.range?.[0] ?? at;
      here = pair.value;
      continue;
    }
    const next = placed(here.get(index, true));
    if (next === null) return null;
    at = next.range?.[0] ?? at;
    here = next;
  }
  return at;
}

function placed(node: unknown): Node | null {
  return isNode(node) ? node : null;
}
