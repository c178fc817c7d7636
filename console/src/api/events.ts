import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";

type Schemas = components["schemas"];
export type DebuggedEvent = Schemas["DebuggedEvent"];
export type PoisonRecord = Schemas["PoisonRecord"];
export type TestEvent = Schemas["TestEvent"];
export type WriteKey = Schemas["WriteKey"];
export type CallKind = "track" | "identify" | "page" | "screen" | "group";

const PAGE = 100;

/** A page of what arrived in the last hour, newest first; asking keeps the debugger open for two minutes. */
export function readTail(cursor: string, signal: AbortSignal) {
  return body(api.GET("/api/v1/events", { params: { query: { limit: PAGE, cursor } }, signal }));
}

export function useRejected(): PagedList<DebuggedEvent> {
  return useCursorList(
    keys.of("events", "rejected"),
    (cursor, signal) => body(api.GET("/api/v1/events/rejected", { params: { query: { limit: PAGE, cursor } }, signal })),
    { refetchInterval: 15_000 },
  );
}

export function usePoison(): PagedList<PoisonRecord> {
  return useCursorList(keys.of("events", "poison", "list"), async (_, signal) => body(api.GET("/api/v1/poison", { params: { query: { limit: PAGE } }, signal })));
}

export function useReplay() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST("/api/v1/poison/replay", { body: { limit: PAGE } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.of("events", "poison") }),
  });
}

export function useSendTestEvent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ call, document }: { call: CallKind; document: Record<string, unknown> }) => body(api.POST("/api/v1/events/test", { body: { call, document } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.of("guide") }),
  });
}

/** Keys that clients send events with; their text is shown only when they are made. Editors and above may list them. */
export function useWriteKeys(enabled: boolean): UseQueryResult<WriteKey[]> {
  return useQuery({
    queryKey: keys.of("sources", "keys"),
    enabled,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/write-keys", { params: { query: { limit: 200 } }, signal }))).items.filter((key) => !key.revoked),
  });
}
