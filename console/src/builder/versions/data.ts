import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { components } from "@/api/openapi";
import { keys, type PagedList, useCursorList } from "@/api/queries";

export type VersionSummary = components["schemas"]["VersionSummary"];
export type WorkflowDiff = components["schemas"]["WorkflowDiff"];
export type InFlight = "drain" | "migrate" | "eject";
export type BundleDifference = components["schemas"]["BundleDifference"];

/** 0 stands for the draft, as the API has it. */
export const DRAFT = 0;

export function useVersions(workflow: string): PagedList<VersionSummary> {
  return useCursorList(keys.of("workflows", "versions", workflow), (cursor, signal) =>
    body(api.GET("/api/v1/workflows/{workflow}/versions", { params: { path: { workflow }, query: { limit: 50, cursor } }, signal })),
  );
}

/** `rev` makes it another question when the draft changed. */
export function useDiff(workflow: string, before: number, after: number, rev: number, enabled: boolean): UseQueryResult<WorkflowDiff> {
  return useQuery({
    queryKey: keys.of("workflows", "diff", workflow, before, after, before === DRAFT || after === DRAFT ? rev : 0),
    enabled,
    queryFn: ({ signal }) => body(api.GET("/api/v1/workflows/{workflow}/diff", { params: { path: { workflow }, query: { old: before, new: after } }, signal })),
  });
}

export function rollBack(workflow: string, to: number, choice: InFlight) {
  return body(api.POST("/api/v1/workflows/{workflow}/rollback", { params: { path: { workflow } }, body: { to, in_flight: choice, nodes: {} } }));
}

export async function bundleOf(workflow: string): Promise<string> {
  return (await body(api.GET("/api/v1/workflows/{workflow}/bundle", { params: { path: { workflow } } }))).yaml;
}

export async function previewBundle(yaml: string): Promise<readonly BundleDifference[]> {
  return (await body(api.POST("/api/v1/bundles/preview", { body: { yaml } }))).items;
}

export async function takeBundle(yaml: string, replace: readonly string[]): Promise<readonly BundleDifference[]> {
  return (await body(api.POST("/api/v1/bundles", { body: { yaml, replace: [...replace] } }))).items;
}
