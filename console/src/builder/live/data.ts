/** What the live view asks, and what it makes of it. */
import { keepPreviousData, useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { components } from "@/api/openapi";
import { keys, type PagedList, useCursorList } from "@/api/queries";
import type { NodeCounts } from "../store/store";

export type Live = components["schemas"]["Live"];
export type LiveNode = components["schemas"]["LiveNode"];
export type Passage = components["schemas"]["Passage"];
export type SeriesPoint = components["schemas"]["Point"];
export type Explanation = components["schemas"]["Explanation"];
export type Version = components["schemas"]["Version"];

const EVERY_MS = 5_000;
const SLOW_MS = 30_000;
const PAGE = 20;

/** Asked again every few seconds, and only while somebody looks: hidden tabs rest. */
export function useLive(workflow: string, version: number): UseQueryResult<Live> {
  return useQuery({
    queryKey: keys.of("workflows", "live", workflow, version),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => body(api.GET("/api/v1/workflows/{workflow}/live", { params: { path: { workflow }, query: { version } }, signal })),
  });
}

/** A published version never changes. */
export function useVersion(workflow: string, version: number): UseQueryResult<Version> {
  return useQuery({
    queryKey: keys.of("version", workflow, version),
    enabled: version > 0,
    staleTime: Infinity,
    queryFn: ({ signal }) => body(api.GET("/api/v1/workflows/{workflow}/versions/{version}", { params: { path: { workflow, version } }, signal })),
  });
}

export function useSeries(workflow: string, version: number, by: "hour" | "day"): UseQueryResult<readonly SeriesPoint[]> {
  return useQuery({
    queryKey: keys.of("workflows", "series", workflow, version, by),
    refetchInterval: SLOW_MS,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/workflows/{workflow}/series", { params: { path: { workflow }, query: { version, by } }, signal }))).items,
  });
}

export function useFaults(workflow: string): PagedList<Passage> {
  return usePassages(workflow, "", "fault", SLOW_MS);
}

export function usePassages(workflow: string, node: string, outcome: string, refetchInterval: number | false = false): PagedList<Passage> {
  return useCursorList(
    keys.of("workflows", "passages", workflow, node, outcome),
    (cursor, signal) => body(api.GET("/api/v1/workflows/{workflow}/passages", { params: { path: { workflow }, query: { node, outcome, cursor, limit: PAGE } }, signal })),
    { refetchInterval },
  );
}

/** A contact at a node: who stands there, who left it, who was skipped for a reason. */
export interface Someone {
  readonly key: string;
  readonly profile: string;
  readonly at: string;
  /** Until when it waits; null: it does not. */
  readonly due: string | null;
  readonly outcome: string;
  readonly reason: string;
}

/** `waiting`: who stands there; `reason:<code>`: whom a message did not reach for it; else an outcome. */
export function usePeople(workflow: string, node: string, version: number, which: string): PagedList<Someone> {
  return useCursorList(keys.of("workflows", "people", workflow, node, version, which), async (cursor, signal) => {
    const path = { workflow };
    if (which === "waiting") {
      const found = await body(api.GET("/api/v1/workflows/{workflow}/enrollments", { params: { path, query: { node, version, state: "OPEN", cursor, limit: PAGE } }, signal }));
      return { cursor: found.cursor, items: found.items.map((one) => ({ key: one.enrollment, profile: one.profile, at: one.entered_at, due: one.due, outcome: "", reason: one.hold })) };
    }
    if (which.startsWith("reason:")) {
      const found = await body(api.GET("/api/v1/messages", { params: { query: { workflow, node, reason: which.slice(7), cursor, limit: PAGE } }, signal }));
      return { cursor: found.cursor, items: found.items.map((one) => ({ key: `${one.run}/${one.enrollment}`, profile: one.profile, at: one.at, due: null, outcome: one.outcome, reason: one.reason })) };
    }
    const found = await body(api.GET("/api/v1/workflows/{workflow}/passages", { params: { path, query: { node, outcome: which, cursor, limit: PAGE } }, signal }));
    return { cursor: found.cursor, items: found.items.map((one) => ({ key: `${one.run}/${one.enrollment}/${one.outcome}`, profile: one.profile, at: one.at, due: null, outcome: one.outcome, reason: one.reason })) };
  });
}

/** What contacts are called, by profile id: their address, which tells namesakes apart. */
export function useCalled(profiles: readonly string[]): (profile: string) => string {
  const found = useQueries({
    queries: [...new Set(profiles)].map((contact) => ({
      queryKey: keys.of("contacts", "called", contact),
      staleTime: 10 * 60_000,
      retry: false,
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const one = await body(api.GET("/api/v1/contacts/{contact}", { params: { path: { contact } }, signal }));
        return [contact, one.email || one.user_id || contact] as const;
      },
    })),
    // A plain object: equal results must stay the same one, and a Map never does.
    combine: (results): Readonly<Record<string, string>> => Object.fromEntries(results.flatMap(({ data }) => (data === undefined ? [] : [data]))),
  });
  return (profile) => found[profile] ?? profile;
}

export function useExplanation(workflow: string, contact: string): UseQueryResult<Explanation> {
  return useQuery({
    queryKey: keys.of("workflows", "explain", workflow, contact),
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => body(api.GET("/api/v1/workflows/{workflow}/explain/{contact}", { params: { path: { workflow, contact } }, signal })),
  });
}

export function endFor(workflow: string, contact: string): Promise<unknown> {
  return body(api.POST("/api/v1/workflows/{workflow}/exit/{contact}", { params: { path: { workflow, contact } } }));
}

/** Counts as the canvas shows them, by node as drawn; of a message, `passed` would only repeat what was sent. */
export function countsOf(nodes: readonly LiveNode[]): ReadonlyMap<string, NodeCounts> {
  const found = new Map<string, { waiting: number; passed: number; sent: number; skipped: number; failed: number; sends: boolean }>();
  for (const node of nodes) {
    const sum = found.get(node.drawn_node) ?? { waiting: 0, passed: 0, sent: 0, skipped: 0, failed: 0, sends: false };
    found.set(node.drawn_node, {
      waiting: sum.waiting + node.waiting,
      passed: Math.max(sum.passed, node.passed),
      sent: sum.sent + node.sent,
      skipped: sum.skipped + node.skipped,
      failed: sum.failed + node.failed,
      sends: sum.sends || "sent" in node.outcomes || node.sent > 0,
    });
  }
  return new Map([...found].map(([id, { sends, passed, ...counts }]) => [id, sends ? counts : { ...counts, passed }]));
}

/** Where most contacts leave the workflow, the worst first; ends are meant to be left. */
export function dropOff(nodes: readonly LiveNode[], most = 4): readonly LiveNode[] {
  const lost = (node: LiveNode): number => node.dropped + node.failed;
  return nodes
    .filter((node) => lost(node) > 0 && node.type !== "exit" && node.type !== "goal")
    .sort((one, other) => lost(other) - lost(one))
    .slice(0, most);
}

export function totalOf(nodes: readonly LiveNode[], key: "sent" | "skipped" | "failed"): number {
  return nodes.reduce((sum, node) => sum + node[key], 0);
}

/** A rate of what was delivered; null before anything was. */
export function mailRate(nodes: readonly LiveNode[], key: "opened" | "clicked"): number | null {
  const of = (name: string): number => nodes.reduce((sum, node) => sum + (node.mail[name] ?? 0), 0);
  const delivered = of("delivered");
  return delivered === 0 ? null : of(key) / delivered;
}
