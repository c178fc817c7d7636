/** What publishing would mean, and the review before it. */
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { components } from "@/api/openapi";
import { keys } from "@/api/queries";
import type { InFlight } from "../versions/data";

export type Preview = components["schemas"]["PublishPreview"];
export type Review = components["schemas"]["Review"];
export type Published = components["schemas"]["Published"];
/** New step by old step. */
export type Mapping = Readonly<Record<string, string>>;

export function mappingText(mapping: Mapping): string {
  return Object.entries(mapping)
    .filter(([, target]) => target !== "")
    .map(([from, target]) => `${from}:${target}`)
    .join(",");
}

export function usePreview(workflow: string, rev: number, choice: InFlight, mapping: Mapping): UseQueryResult<Preview> {
  const nodes = choice === "migrate" ? mappingText(mapping) : "";
  return useQuery({
    queryKey: keys.of("workflows", "publish-preview", workflow, rev, choice, nodes),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => body(api.GET("/api/v1/workflows/{workflow}/publish-preview", { params: { path: { workflow }, query: { in_flight: choice, nodes } }, signal })),
  });
}

export function publish(workflow: string, rev: number, note: string, choice: InFlight, mapping: Mapping): Promise<Published> {
  const nodes = choice === "migrate" ? Object.fromEntries(Object.entries(mapping).filter(([, target]) => target !== "")) : {};
  return body(api.POST("/api/v1/workflows/{workflow}/publish", { params: { path: { workflow } }, body: { rev, note, in_flight: choice, nodes, dry_run: false } }));
}

export const review = {
  ask: (workflow: string, rev: number, note: string) => body(api.POST("/api/v1/workflows/{workflow}/review", { params: { path: { workflow } }, body: { rev, note } })),
  withdraw: (workflow: string) => body(api.DELETE("/api/v1/workflows/{workflow}/review", { params: { path: { workflow } } })),
  decide: (workflow: string, rev: number, decision: "approve" | "reject", comment: string) =>
    body(api.POST("/api/v1/workflows/{workflow}/review/decision", { params: { path: { workflow } }, body: { rev, decision, comment } })),
};

/**
 * Where contacts of a removed step may go: an added step of the same type, the one whose name has most words in common.
 * Steps that are still there need no suggestion.
 */
export function suggestions(preview: Preview): Mapping {
  const { diff, in_flight } = preview;
  if (diff === null) return {};
  const targets = new Set(in_flight.targets);
  const found: Record<string, string> = {};
  for (const old of diff.removed) {
    const alike = diff.added
      .filter((one) => one.type === old.type && targets.has(one.node))
      .map((one) => ({ node: one.node, common: common(`${old.node} ${old.name}`, `${one.node} ${one.name}`) }))
      .sort((one, other) => other.common - one.common);
    if (alike[0] !== undefined) found[old.node] = alike[0].node;
  }
  return found;
}

function common(one: string, other: string): number {
  const words = (text: string): Set<string> => new Set(text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean));
  const theirs = words(other);
  return [...words(one)].filter((word) => theirs.has(word)).length;
}

export type Step = "publish" | "ask" | "wait" | "decide" | "no_right" | "blocked";

/** What the person can do next. */
export function nextStep(preview: Preview, may: { edit: boolean; publish: boolean }): Step {
  if (!preview.checks.publishable) return "blocked";
  const { state, may_decide, may_publish, required } = preview.review;
  if (state === "pending" && may_decide) return "decide";
  if (required && !may_publish) return state === "pending" ? "wait" : may.edit ? "ask" : "no_right";
  return may.publish ? "publish" : state === "pending" ? "wait" : may.edit ? "ask" : "no_right";
}
