import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import { ApiError } from "./error";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";

type Schemas = components["schemas"];
export type Transfer = Schemas["Transfer"];
export type TransferState = Transfer["state"];
export type ImportPreview = Schemas["ImportPreview"];
export type ImportRow = Schemas["ImportRow"];
export type PinpointSegment = Schemas["PinpointSegment"];
export type ImportKind = "profiles" | "events" | "pinpoint";
export type FileFormat = "csv" | "ndjson" | "parquet";

export interface Column {
  source: string;
  to: string;
}

export interface ImportSpec {
  columns: Column[];
  options: Record<string, unknown>;
}

const PAGE = 50;
const WATCH_MS = 2_000;
const ENDED: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

export function isMoving(job: Transfer): boolean {
  return job.state === "planning" || job.state === "working";
}

export function useImports(): PagedList<Transfer> {
  return useCursorList(keys.of("imports", "list"), (cursor, signal) => body(api.GET("/api/v1/imports", { params: { query: { limit: PAGE, cursor } }, signal })), { refetchInterval: 5_000 });
}

export function useExports(): PagedList<Transfer> {
  return useCursorList(keys.of("exports", "list"), (cursor, signal) => body(api.GET("/api/v1/exports", { params: { query: { limit: PAGE, cursor } }, signal })), { refetchInterval: 5_000 });
}

/** How far an import is; asked every two seconds until it ends. */
export function useImport(job: string, enabled = true): UseQueryResult<Transfer> {
  return useQuery<Transfer>({
    queryKey: keys.of("imports", "one", job),
    enabled,
    retry: false,
    refetchInterval: (query) => (query.state.data && isMoving(query.state.data) ? WATCH_MS : false),
    queryFn: ({ signal }) => body(api.GET("/api/v1/imports/{job}", { params: { path: { job } }, signal })),
  });
}

/** A dry run is a job of its own over the same file; null: there was none. */
export function useDryRun(job: string): UseQueryResult<Transfer | null> {
  return useQuery<Transfer | null>({
    queryKey: keys.of("imports", "dry", job),
    refetchInterval: (query) => (query.state.data && !ENDED.has(query.state.data.state) ? WATCH_MS : false),
    queryFn: async ({ signal }) => {
      try {
        return await body(api.GET("/api/v1/imports/{job}", { params: { path: { job: `${job}-dry` } }, signal }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

export function useImportsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([client.invalidateQueries({ queryKey: keys.of("imports") }), client.invalidateQueries({ queryKey: keys.of("exports") })]);
  };
}

/** What an import would do with the first rows; without columns by a suggested mapping. */
export function usePreview(job: string, spec: ImportSpec | null, enabled: boolean): UseQueryResult<ImportPreview> {
  return useQuery({
    queryKey: keys.of("imports", "preview", job, spec),
    enabled,
    retry: false,
    staleTime: Infinity,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => body(api.POST("/api/v1/imports/{job}/preview", { params: { path: { job } }, body: { ...bodyOf(spec), dry_run: false }, signal })),
  });
}

function bodyOf(spec: ImportSpec | null) {
  return { columns: spec?.columns.map((one) => ({ ...one })) ?? [], options: spec?.options ?? {}, writing: {} };
}

const at = (job: string) => ({ params: { path: { job } } });

export const imports = {
  create: (file: { name: string; size: number; kind: ImportKind; format: FileFormat }) => body(api.POST("/api/v1/imports", { body: file })),
  start: (job: string, spec: ImportSpec, dryRun: boolean) =>
    body(api.POST("/api/v1/imports/{job}/start", { ...at(job), body: { ...bodyOf(spec), dry_run: dryRun } })),
  cancel: (job: string) => body(api.POST("/api/v1/imports/{job}/cancel", at(job))),
  errors: (job: string) => body(api.GET("/api/v1/imports/{job}/errors", at(job))),
  startExport: (segment: string, format: FileFormat) => body(api.POST("/api/v1/exports", { body: { ...(segment ? { segment } : {}), format } })),
  cancelExport: (job: string) => body(api.POST("/api/v1/exports/{job}/cancel", at(job))),
  file: (job: string) => body(api.GET("/api/v1/exports/{job}/file", at(job))),
  pinpoint: (documents: unknown[], create: boolean, withGaps: boolean) => body(api.POST("/api/v1/pinpoint/segments", { body: { documents, create, with_gaps: withGaps } })),
};

/** Sends a file to where the API said; tells the share that is sent. */
export function upload(url: string, file: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // Not fetch: it tells nothing of what is sent.
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => (request.status < 300 ? resolve() : reject(new ApiError(request.status, "upload_refused", "")));
    request.onerror = () => reject(new ApiError(0, "no_connection", ""));
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
