import { useMutation, useQuery } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys } from "./queries";

export type Transfer = components["schemas"]["Transfer"];
export type ExportFormat = "csv" | "ndjson" | "parquet";

/** Starts an export of a segment's members. */
export function useStartExport() {
  return useMutation({
    mutationFn: ({ segment, format }: { segment: string; format: ExportFormat }) => body(api.POST("/api/v1/exports", { body: { segment, format } })),
  });
}

/** How far an export is; asked every two seconds until it ends. */
export function useExport(job: string) {
  return useQuery<Transfer>({
    queryKey: keys.of("exports", job),
    enabled: job !== "",
    refetchInterval: (query) => (query.state.data && ["done", "failed", "cancelled"].includes(query.state.data.state) ? false : 2000),
    queryFn: ({ signal }) => body(api.GET("/api/v1/exports/{job}", { params: { path: { job } }, signal })),
  });
}

/** Where the file lies for a quarter of an hour. */
export function useExportFile() {
  return useMutation({ mutationFn: (job: string) => body(api.GET("/api/v1/exports/{job}/file", { params: { path: { job } } })) });
}
