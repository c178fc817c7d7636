import { useMutation, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import { useContactChanged } from "./contacts";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";

export type Merge = components["schemas"]["Merge"];
export type MergePreview = components["schemas"]["MergePreview"];
export type MatchReview = components["schemas"]["MatchReview"];
export type Verdict = "same" | "different" | "unsure";

const PAGE = 50;

/** What merging two contacts would do; nothing is changed. */
export function useMergePreview(contact: string, other: string): UseQueryResult<MergePreview> {
  return useQuery({
    // A topic of its own: once both are one, there is nothing to compare, and asking again would fail.
    queryKey: keys.of("merge-preview", contact, other),
    staleTime: 0,
    enabled: contact !== "" && other !== "",
    retry: false,
    queryFn: ({ signal }) => body(api.GET("/api/v1/contacts/{contact}/merge-preview", { params: { path: { contact }, query: { with: other } }, signal })),
  });
}

export function useMerge(contact: string) {
  const changed = useContactChanged();
  return useMutation({
    mutationFn: (other: string) => body(api.POST("/api/v1/contacts/{contact}/merge", { params: { path: { contact } }, body: { with: other } })),
    onSuccess: changed,
  });
}

/** Merges, newest first: all, or of one contact. */
export function useMerges(contact = ""): PagedList<Merge> {
  return useCursorList(keys.of("contacts", "merges", contact), (cursor, signal) => body(api.GET("/api/v1/merges", { params: { query: { contact, limit: PAGE, cursor } }, signal })));
}

export function useUndoMerge() {
  const changed = useContactChanged();
  return useMutation({
    mutationFn: (merge: string) => body(api.POST("/api/v1/merges/{merge}/undo", { params: { path: { merge } } })),
    onSuccess: changed,
  });
}

/** Pairs that are probably one person, and that somebody must look at. */
export function useMergeReviews(): PagedList<MatchReview> {
  return useCursorList(keys.of("contacts", "reviews"), (cursor, signal) => body(api.GET("/api/v1/merge-reviews", { params: { query: { limit: PAGE, cursor } }, signal })));
}

export function useAnswerReview() {
  const changed = useContactChanged();
  return useMutation({
    mutationFn: ({ pair, verdict }: { pair: string; verdict: Verdict }) => body(api.POST("/api/v1/merge-reviews/{pair}", { params: { path: { pair } }, body: { verdict } })),
    onSuccess: changed,
  });
}
