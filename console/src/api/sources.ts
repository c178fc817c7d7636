import { useMutation, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";
import { useChange } from "./settings";

type Schemas = components["schemas"];
export type Source = Schemas["Source"];
export type Webhook = Schemas["Webhook"];
export type SourcePreset = Schemas["SourcePreset"];
export type WriteKey = Schemas["WriteKey"];
export type NewWriteKey = Schemas["NewWriteKey"];
export type MappingTrial = Schemas["MappingTrial"];

const TOPICS = ["sources", "write-keys"];

export function useSources(q: string): PagedList<Source> {
  return useCursorList(keys.of("sources", "list", q), (cursor, signal) => body(api.GET("/api/v1/sources", { params: { query: { q, cursor } }, signal })));
}

export function useSource(source: string): UseQueryResult<Source> {
  return useQuery({
    queryKey: keys.of("sources", "one", source),
    queryFn: ({ signal }) => body(api.GET("/api/v1/sources/{source}", { params: { path: { source } }, signal })),
  });
}

export function usePresets(): UseQueryResult<SourcePreset[]> {
  return useQuery({
    queryKey: keys.of("source-presets"),
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/source-presets", { signal }))).items,
  });
}

export function useWriteKeys(source: string): PagedList<WriteKey> {
  return useCursorList(keys.of("write-keys", source), (cursor, signal) => body(api.GET("/api/v1/write-keys", { params: { query: { source, cursor } }, signal })));
}

export const useCreateKey = () => useChange(TOPICS, (key: { source: string; name: string }) => body(api.POST("/api/v1/write-keys", { body: key })));

export const useRevokeKey = () => useChange(TOPICS, (key: string) => body(api.DELETE("/api/v1/write-keys/{key}", { params: { path: { key } } })));

export const useCreateSource = () =>
  useChange(TOPICS, (source: { id: string; name: string; description: string; webhook: Webhook | null; secret: string }) =>
    body(api.POST("/api/v1/sources", { body: source })),
  );

export const useSaveSource = () =>
  useChange(TOPICS, ({ id, ...source }: { id: string; rev: number; name: string; description: string; webhook: Webhook | null }) =>
    body(api.PUT("/api/v1/sources/{source}", { params: { path: { source: id } }, body: source })),
  );

export const useDeleteSource = () => useChange(TOPICS, (source: string) => body(api.DELETE("/api/v1/sources/{source}", { params: { path: { source } } })));

export const useSetSecret = () =>
  useChange(["sources"], ({ source, secret, hours }: { source: string; secret: string; hours: number }) =>
    body(api.POST("/api/v1/sources/{source}/secrets", { params: { path: { source } }, body: { secret, keep_previous_hours: hours } })),
  );

export const useEndPreviousSecret = () =>
  useChange(["sources"], (source: string) => body(api.DELETE("/api/v1/sources/{source}/secrets/previous", { params: { path: { source } } })));

/** What a mapping makes of a sample; nothing is taken in. */
export function useTryMapping() {
  return useMutation({
    mutationFn: ({ sample, mapping, headers, callback }: { sample: unknown; mapping: string; headers: Record<string, string>; callback: boolean }) =>
      body(api.POST("/api/v1/sources/try", { body: { sample, mapping, headers, callback, content_type: "application/json", preset: "" } })),
  });
}
