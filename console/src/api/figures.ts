import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys } from "./queries";

type Schemas = components["schemas"];
export type Summary = Schemas["Summary"];
export type Sums = Schemas["Sums"];
export type DayPoint = Schemas["DayPoint"];
export type TopWorkflow = Schemas["TopWorkflow"];
export type Review = Schemas["Review"];

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface Figures {
  now: Summary;
  /** The same number of days before. */
  before: Summary;
}

/** Figures of the last days and of as many days before; days are the server's (UTC). */
export function useFigures(days: number): UseQueryResult<Figures> {
  return useQuery({
    queryKey: keys.of("analytics", "summary", days),
    refetchInterval: MINUTE,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => {
      const summary = (from: string, to: string) => body(api.GET("/api/v1/analytics/summary", { params: { query: { from, to } }, signal }));
      // The server's clock says which day it is: the reader's may be another, and a local cloud's can be moved.
      const { last } = await body(api.GET("/api/v1/analytics/summary", { params: { query: {} }, signal }));
      const [now, before] = await Promise.all([summary(dayBefore(last, days - 1), last), summary(dayBefore(last, 2 * days - 1), dayBefore(last, days))]);
      return { now, before };
    },
  });
}

/** The day a number of days before, as `2026-03-02`. */
export function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY).toISOString().slice(0, 10);
}

/** Reviews that the signed-in person can decide. */
export function useReviews(): UseQueryResult<Review[]> {
  return useQuery({
    queryKey: keys.of("reviews", "mine"),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/reviews", { params: { query: { waiting_for: "me" } }, signal }))).items,
  });
}
