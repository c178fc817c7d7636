import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";

type Schemas = components["schemas"];
export type Segment = Schemas["Segment"];
export type SegmentSummary = Schemas["SegmentListed"];
export type SegmentMember = Schemas["SegmentMember"];
export type SegmentDay = Schemas["SegmentDay"];
export type SegmentAnalytics = Schemas["SegmentAnalytics"];
export type SegmentProblem = Schemas["SegmentProblem"];
export type SegmentHint = Schemas["SegmentHint"];
export type EstimatePreview = Schemas["EstimatePreview"];
export type SegmentKind = "static" | "dynamic" | "predictive";
/** What is sent: the segment as people edit it. */
export type SegmentDocument = Record<string, unknown> & { id: string };

const TOPIC = "segments";
const PAGE = 25;
const MINUTE = 60_000;

export interface SegmentFilters {
  q: string;
  kind: "" | SegmentKind;
  tag: string;
  use_case: string;
  sort: "name" | "id" | "kind" | "updated_at" | "size";
  order: "asc" | "desc";
}

export function useSegments(filters: SegmentFilters): PagedList<SegmentSummary> {
  return useCursorList(keys.of(TOPIC, "list", filters), (cursor, signal) => body(api.GET("/api/v1/segments", { params: { query: { ...filters, limit: PAGE, cursor } }, signal })));
}

export interface Choice {
  value: string;
  label: string;
}

function useChoices(kind: "" | SegmentKind, enabled: boolean): UseQueryResult<Choice[]> {
  return useQuery({
    queryKey: keys.of(TOPIC, "choices", kind),
    enabled,
    queryFn: async ({ signal }) => {
      const { items } = await body(api.GET("/api/v1/segments", { params: { query: { limit: 200, kind } }, signal }));
      return items.map((one) => ({ value: one.id, label: one.name || one.id }));
    },
  });
}

/** Names of all segments, for menus. */
export function useSegmentNames(): UseQueryResult<Choice[]> {
  return useChoices("", true);
}

/** Lists that are kept by hand. */
export function useStaticLists(enabled = true): UseQueryResult<Choice[]> {
  return useChoices("static", enabled);
}

const SETTLING_MS = 2000;
/** Who was asked, put on a list or taken off gets there through the stream: seconds later. */
const MOVING_MS = 20_000;

/** Until when members of a segment may be on their way, by this browser's clock. */
const movingKey = (segment: string): readonly unknown[] => keys.of("segment-moving", segment);

/** A segment; while everybody is being asked, and while members are on their way, it is read again and again. */
export function useSegment(segment: string): UseQueryResult<Segment> {
  const client = useQueryClient();
  return useQuery<Segment>({
    queryKey: keys.of(TOPIC, "one", segment),
    refetchInterval: ({ state }) => (state.data?.settled === false || (client.getQueryData<number>(movingKey(segment)) ?? 0) > Date.now() ? SETTLING_MS : false),
    queryFn: async ({ signal }) => {
      const found = await body(api.GET("/api/v1/segments/{segment}", { params: { path: { segment } }, signal }));
      if (!found.settled) client.setQueryData(movingKey(segment), Date.now() + MOVING_MS);
      return found;
    },
  });
}

/** Whenever members came or went, what is shown of them is asked again. */
export function useFollowed({ id, size, settled }: Segment): void {
  const client = useQueryClient();
  const known = useRef(`${size} ${settled}`);
  useEffect(() => {
    if (known.current === `${size} ${settled}`) return;
    known.current = `${size} ${settled}`;
    for (const part of ["members", "history", "analytics", "suggestions"]) void client.invalidateQueries({ queryKey: keys.of(TOPIC, part, id) });
    void client.invalidateQueries({ queryKey: keys.of(TOPIC, "list") });
  }, [client, id, size, settled]);
}

export function useSegmentsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.of(TOPIC) });
}

export function useCreateSegment() {
  const changed = useSegmentsChanged();
  return useMutation({ mutationFn: (segment: SegmentDocument) => body(api.POST("/api/v1/segments", { body: { segment } })), onSuccess: changed });
}

export function useUpdateSegment() {
  const changed = useSegmentsChanged();
  return useMutation({
    mutationFn: ({ segment, rev }: { segment: SegmentDocument; rev: number }) => body(api.PUT("/api/v1/segments/{segment}", { params: { path: { segment: segment.id } }, body: { segment, rev } })),
    onSuccess: changed,
  });
}

export function useDeleteSegment() {
  const changed = useSegmentsChanged();
  return useMutation({
    mutationFn: ({ segment, rev }: { segment: string; rev: number }) => body(api.DELETE("/api/v1/segments/{segment}", { params: { path: { segment }, query: { rev } } })),
    onSuccess: changed,
  });
}

export function useSettle(segment: string) {
  const changed = useSegmentsChanged();
  return useMutation({ mutationFn: () => body(api.POST("/api/v1/segments/{segment}/settle", { params: { path: { segment } } })), onSuccess: changed });
}

export function useReviewed(segment: string) {
  const changed = useSegmentsChanged();
  return useMutation({ mutationFn: () => body(api.POST("/api/v1/segments/{segment}/review", { params: { path: { segment } } })), onSuccess: changed });
}

/** Puts contacts on a list or takes them off; they enter and leave in a moment, through the stream. */
export function useChangeMembers() {
  const client = useQueryClient();
  const changed = useSegmentsChanged();
  return useMutation({
    mutationFn: ({ segment, contacts, adding }: { segment: string; contacts: string[]; adding: boolean }) => {
      const sent = { params: { path: { segment } }, body: { contacts } };
      return body(adding ? api.POST("/api/v1/segments/{segment}/members", sent) : api.POST("/api/v1/segments/{segment}/members/remove", sent));
    },
    onSuccess: async (_, { segment }) => {
      client.setQueryData(movingKey(segment), Date.now() + MOVING_MS);
      await changed();
    },
  });
}

export function useMembers(segment: string): PagedList<SegmentMember> {
  return useCursorList(keys.of(TOPIC, "members", segment), (cursor, signal) =>
    body(api.GET("/api/v1/segments/{segment}/members", { params: { path: { segment }, query: { limit: 50, cursor } }, signal })),
  );
}

/** Days on which somebody moved, oldest first. */
export function useGrowth(segment: string, days: number): UseQueryResult<SegmentDay[]> {
  return useQuery({
    queryKey: keys.of(TOPIC, "history", segment, days),
    staleTime: 5 * MINUTE,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/segments/{segment}/history", { params: { path: { segment }, query: { days } }, signal }))).items,
  });
}

export function useAnalytics(segment: string, days: number): UseQueryResult<SegmentAnalytics> {
  return useQuery({
    queryKey: keys.of(TOPIC, "analytics", segment, days),
    staleTime: MINUTE,
    queryFn: ({ signal }) => body(api.GET("/api/v1/segments/{segment}/analytics", { params: { path: { segment }, query: { days } }, signal })),
  });
}

export function useSuggestions(segment: string) {
  return useQuery({
    queryKey: keys.of(TOPIC, "suggestions", segment),
    staleTime: MINUTE,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/segments/{segment}/suggestions", { params: { path: { segment } }, signal }))).items,
  });
}

export function useOverlap(segment: string, other: string) {
  return useQuery({
    queryKey: keys.of(TOPIC, "overlap", segment, other),
    enabled: other !== "",
    queryFn: ({ signal }) => body(api.GET("/api/v1/segments/{segment}/overlap", { params: { path: { segment }, query: { other } }, signal })),
  });
}

/** How many a condition means, and some of them; the last answer stays while the next is made. */
export function useEstimate(condition: Record<string, unknown> | string | null) {
  return useQuery<EstimatePreview>({
    queryKey: keys.of(TOPIC, "estimate", condition),
    enabled: condition !== null && condition !== "",
    retry: false,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => body(api.POST("/api/v1/segments/estimate/preview", { body: { condition: condition ?? "" }, signal })),
  });
}

/** All that is wrong with a segment, before it is saved. */
export function useValidation(segment: SegmentDocument | null) {
  return useQuery<Schemas["SegmentValidation"]>({
    queryKey: keys.of(TOPIC, "validation", segment),
    enabled: segment !== null,
    retry: false,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => body(api.POST("/api/v1/segments/validate", { body: { segment: segment ?? {} }, signal })),
  });
}

/** Criteria to begin a condition from. */
export function useHints(): UseQueryResult<SegmentHint[]> {
  return useQuery({ queryKey: keys.of(TOPIC, "hints"), staleTime: Infinity, queryFn: async ({ signal }) => (await body(api.GET("/api/v1/segments/hints", { signal }))).items });
}
