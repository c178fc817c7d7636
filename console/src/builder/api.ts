/** What the builder asks the API: node types, a draft, its checks. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { components } from "@/api/openapi";
import { keys } from "@/api/queries";
import { readProblem, type Problem } from "./model/checks";
import { detail, fromDocument, toDocument } from "./model/document";
import { type Catalogue, catalogueOf, type Graph } from "./model/types";
import type { Held } from "./saving/saver";

export type WorkflowDraft = components["schemas"]["WorkflowDraft"];

/** Node types change with a deployment only. */
export function useCatalogue(): UseQueryResult<Catalogue> {
  return useQuery({
    queryKey: keys.of("nodes"),
    staleTime: Infinity,
    gcTime: Infinity,
    queryFn: async ({ signal }) => catalogueOf((await body(api.GET("/api/v1/nodes", { params: { query: { limit: 200 } }, signal }))).items),
  });
}

export function draftKey(workflow: string): readonly unknown[] {
  return keys.of("workflows", "draft", workflow);
}

export function useDraft(workflow: string): UseQueryResult<WorkflowDraft> {
  return useQuery({ queryKey: draftKey(workflow), queryFn: ({ signal }) => readDraft(workflow, signal) });
}

export function readDraft(workflow: string, signal?: AbortSignal): Promise<WorkflowDraft> {
  return body(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow } }, ...(signal === undefined ? {} : { signal }) }));
}

export function heldOf(draft: WorkflowDraft): Held {
  return { graph: fromDocument(draft.workflow), rev: draft.rev, at: draft.updated_at, by: draft.updated_by };
}

export function saveDraft(workflow: string, graph: Graph, rev: number): Promise<WorkflowDraft> {
  return body(api.PUT("/api/v1/workflows/{workflow}", { params: { path: { workflow } }, body: { workflow: { ...toDocument(graph) }, rev } }));
}

/** Saves a graph as a workflow of its own; returns its id. */
export async function saveCopy(graph: Graph, name: string): Promise<string> {
  const base = (detail(graph, "id") || "workflow").slice(0, 20);
  const id = `${base}_${Date.now().toString(36)}`.slice(0, 32);
  const made = await body(api.POST("/api/v1/workflows", { body: { workflow: { ...toDocument(graph), id, name } } }));
  return made.id;
}

export async function checkGraph(graph: Graph, signal: AbortSignal): Promise<readonly Problem[]> {
  const said = await body(api.POST("/api/v1/workflows/validate", { body: { workflow: { ...toDocument(graph) } }, signal }));
  return said.violations.map((violation) => readProblem({ ...violation }));
}
