import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys } from "./queries";

type Schemas = components["schemas"];
export type Calendar = Schemas["Calendar"];
export type CalendarEntry = Schemas["CalendarEntry"];
export type QuietHours = Schemas["QuietHours"];

const MINUTE = 60_000;

/** What goes out from one moment to another. */
export function useCalendar(from: string, to: string, enabled: boolean): UseQueryResult<Calendar> {
  return useQuery({
    queryKey: keys.of("workflows", "calendar", from, to),
    enabled,
    refetchInterval: MINUTE,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => body(api.GET("/api/v1/calendar", { params: { query: { from, to } }, signal })),
  });
}

/** The server's day; in a local cloud its clock can be moved. */
export function useToday(): UseQueryResult<string> {
  return useQuery({
    queryKey: keys.of("workflows", "calendar", "today"),
    staleTime: 5 * MINUTE,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/calendar", { params: { query: {} }, signal }))).from.slice(0, 10),
  });
}
