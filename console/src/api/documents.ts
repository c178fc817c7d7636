import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type Listed, type PagedList } from "./queries";

export type Json = Record<string, unknown>;
export interface Fault {
  place: string;
  message: string;
}

/** A setting that is one document with a revision. */
export interface Kept {
  document: unknown;
  rev: number;
  /** More that the reply told, for cards beside the document. */
  told?: Json;
}

export type Schemas = components["schemas"];

export function useKept(name: string, read: (signal: AbortSignal) => Promise<Kept>): UseQueryResult<Kept> {
  return useQuery({
    queryKey: keys.of("documents", name),
    // What somebody edits must not be exchanged below their hands.
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => {
      const kept = await read(signal);
      return { ...kept, document: await readable(kept.document) };
    },
  });
}

export function useSummaries<T>(name: string, q: string, page: (cursor: string, signal: AbortSignal) => Promise<Listed<T>>): PagedList<T> {
  return useCursorList(keys.of("documents", name, "list", q), page);
}

function isTree(value: unknown): value is Json {
  return typeof value === "object" && value !== null && typeof (value as Json)["op"] === "string";
}

/** A document with its conditions as people write them: the server stores trees and takes both. */
export async function readable(value: unknown, print: (tree: Json) => Promise<string> = printed): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => readable(one, print)));
  if (typeof value !== "object" || value === null) return value;
  if (isTree(value)) {
    // One that cannot be printed stays a tree, which the server takes as well.
    return print(value).catch(() => value);
  }
  return Object.fromEntries(await Promise.all(Object.entries(value as Json).map(async ([name, one]) => [name, await readable(one, print)] as const)));
}

async function printed(tree: Json): Promise<string> {
  return (await body(api.POST("/api/v1/conditions/print", { body: { tree } }))).text;
}
