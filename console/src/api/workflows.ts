import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, type PagedList, useCursorList } from "./queries";

export type WorkflowSummary = components["schemas"]["WorkflowSummary"];
export type WorkflowStatus = WorkflowSummary["status"];
export type WorkflowStanding = components["schemas"]["WorkflowStanding"];
export type Started = components["schemas"]["Started"];
export type Job = components["schemas"]["Job"];
/** Whom a start by hand is for: one of them. */
export type StartFor = { key: string } & ({ contacts: string[] } | { segment: string } | { everybody: true });
export type WorkflowSort = "name" | "status" | "updated_at" | "published_at" | "created_at";

export interface WorkflowFilter {
  q: string;
  status: WorkflowStatus | "";
  purpose: "marketing" | "transactional" | "";
  sort: WorkflowSort;
  order: "asc" | "desc";
}

const PAGE = 25;
const MINUTE = 60_000;

export function useWorkflows(filter: WorkflowFilter): PagedList<WorkflowSummary> {
  return useCursorList(keys.of("workflows", "list", filter), (cursor, signal) =>
    body(api.GET("/api/v1/workflows", { params: { query: { ...filter, limit: PAGE, cursor } }, signal })),
  );
}

/** How workflows do, by id: asked for a page of the list at a time. */
export function useStandings(ids: readonly string[]): UseQueryResult<ReadonlyMap<string, WorkflowStanding>> {
  return useQuery({
    queryKey: keys.of("workflows", "standings", ids),
    enabled: ids.length > 0,
    staleTime: MINUTE,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => {
      const pages = Array.from({ length: Math.ceil(ids.length / 50) }, (_, page) => ids.slice(page * 50, page * 50 + 50));
      const told = await Promise.all(pages.map((page) => body(api.GET("/api/v1/analytics/workflows", { params: { query: { ids: page.join(",") } }, signal }))));
      return new Map(told.flatMap(({ items }) => items).map((one) => [one.workflow, one]));
    },
  });
}

/** Everything that is shown of workflows is asked again: lists, drafts, versions, figures. */
export function useWorkflowsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.of("workflows") });
}

/** Names of colleagues by what `updated_by` says; whoever left, and the deployment itself, keep what is written. */
export function useNames(): (who: string) => string {
  const { data } = useQuery({
    queryKey: keys.of("team", "names"),
    staleTime: 10 * MINUTE,
    queryFn: async ({ signal }) => new Map((await body(api.GET("/api/v1/team", { signal }))).items.map((one) => [one.id, one.name || one.email])),
  });
  return (who) => data?.get(who) ?? (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(who) ? "" : who);
}

export const workflows = {
  pause: (workflow: string, discard: boolean) => body(api.POST("/api/v1/workflows/{workflow}/pause", { params: { path: { workflow } }, body: { discard } })),
  resume: (workflow: string) => body(api.POST("/api/v1/workflows/{workflow}/resume", { params: { path: { workflow } } })),
  stop: (workflow: string) => body(api.POST("/api/v1/workflows/{workflow}/stop", { params: { path: { workflow } } })),
  start: (workflow: string, whom: StartFor): Promise<Started> =>
    body(api.POST("/api/v1/workflows/{workflow}/start", { params: { path: { workflow } }, body: { everybody: false, trigger: "", properties: {}, ...whom } })),
  job: (job: string, signal: AbortSignal): Promise<Job> => body(api.GET("/api/v1/jobs/{job}", { params: { path: { job } }, signal })),
  remove: (workflow: string) => body(api.DELETE("/api/v1/workflows/{workflow}", { params: { path: { workflow } } })),
  /** A workflow's draft as a YAML file. */
  yaml: async (workflow: string): Promise<string> =>
    (await body(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow }, query: { format: "yaml" } } }))).yaml ?? "",
  create: (document: Record<string, unknown>) => body(api.POST("/api/v1/workflows", { body: { workflow: document } })),
  /** A copy under another id and name. */
  duplicate: async (workflow: string, id: string, name: string) => {
    const { workflow: document } = await body(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow } } }));
    return workflows.create({ ...document, id, name });
  },
};

/** A workflow id made of a name: a-z, 0-9 and _, a letter first, 32 at most; `taken` makes it another. */
export function idOf(name: string, taken = ""): string {
  const plain = name
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  const end = taken === "" ? "" : `_${taken}`;
  return `${(plain || "workflow").slice(0, 32 - end.length).replace(/_+$/, "")}${end}`;
}

/** Gives a text to the person as a file. */
export function saveFile(name: string, text: string, type = "application/yaml"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
