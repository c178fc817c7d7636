import { useInfiniteQuery, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys } from "./queries";

export type TimelineEntry = components["schemas"]["TimelineEntry"];
export type Message = components["schemas"]["Message"];

/** Days that one question of the lake looks back. */
const STRETCH_DAYS = 90;
const LIMIT = 100;

/** The newest events, which the profile keeps. */
export function useNewest(contact: string): UseQueryResult<TimelineEntry[]> {
  return useQuery({
    queryKey: keys.of("contacts", "timeline", contact),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/contacts/{contact}/timeline", { params: { path: { contact }, query: { limit: LIMIT } }, signal }))).items,
  });
}

interface Stretch {
  before: string;
  query: string;
}

interface OlderPage {
  items: TimelineEntry[];
  next: Stretch | null;
  running: boolean;
}

/** Older events from the lake, a stretch of days at a time; each costs a query, so it runs only when asked. */
export function useOlder(contact: string, before: string, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keys.of("contacts", "older", contact, before),
    enabled,
    retry: false,
    staleTime: Infinity,
    initialPageParam: { before, query: "" } satisfies Stretch,
    queryFn: async ({ pageParam, signal }): Promise<OlderPage> => {
      const said = await body(
        api.GET("/api/v1/contacts/{contact}/timeline", {
          params: { path: { contact }, query: { older: true, days: STRETCH_DAYS, limit: LIMIT, before: pageParam.before, query: pageParam.query } },
          signal,
        }),
      );
      const older = said.items.filter((one) => one.kept_in === "lake");
      if (said.state === "still_running") return { items: [], running: true, next: { before: pageParam.before, query: said.query } };
      return { items: older, running: false, next: said.before ? { before: said.before, query: "" } : null };
    },
    getNextPageParam: (last: OlderPage) => last.next ?? undefined,
  });
}

/** Messages of all workflows to a contact, newest first. */
export function useMessagesTo(contact: string): UseQueryResult<Message[]> {
  return useQuery({
    queryKey: keys.of("contacts", "messages", contact),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/messages", { params: { query: { contact, limit: 200 } }, signal }))).items,
  });
}
