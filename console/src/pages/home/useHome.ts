import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useReviews, type Figures } from "@/api/figures";
import { keys } from "@/api/queries";
import { useWorkspace } from "@/api/workspace";
import type { WorkflowSummary } from "@/api/workflows";
import { concernsOf, type Concern } from "./attention";

const SHOWN = 6;
const MANY = 100;

interface Lists {
  recent: WorkflowSummary[];
  paused: WorkflowSummary[];
}

export function useLists(): UseQueryResult<Lists> {
  return useQuery({
    queryKey: keys.of("workflows", "home"),
    queryFn: async ({ signal }) => {
      const list = (query: { status?: "paused" | "paused_discard"; limit: number }) =>
        body(api.GET("/api/v1/workflows", { params: { query: { sort: "updated_at", order: "desc", ...query } }, signal }));
      const [recent, paused, discarding] = await Promise.all([list({ limit: SHOWN }), list({ status: "paused", limit: MANY }), list({ status: "paused_discard", limit: MANY })]);
      return { recent: recent.items, paused: [...paused.items, ...discarding.items] };
    },
  });
}

/** How many records could not be processed. A look takes all of them out of their queue and puts them back, so it is a rare one. */
function usePoison(): number {
  const { data } = useQuery({
    queryKey: keys.of("events", "poison", "count"),
    staleTime: 300_000,
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/poison", { params: { query: { limit: MANY } }, signal }))).items.length,
  });
  return data ?? 0;
}

/** What needs attention; undefined until it is known. */
export function useConcerns(figures: Figures | undefined, lists: Lists | undefined): Concern[] | undefined {
  const workspace = useWorkspace();
  const reviews = useReviews();
  const poison = usePoison();
  if (!figures || !lists) return undefined;
  return concernsOf({
    stopped: workspace.data?.stopped ?? false,
    totals: figures.now.totals,
    workflows: figures.now.workflows,
    poison,
    paused: lists.paused,
    reviews: reviews.data ?? [],
  });
}
