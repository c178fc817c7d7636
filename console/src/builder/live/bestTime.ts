import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { components } from "@/api/openapi";
import { keys } from "@/api/queries";

export type MessageTimes = components["schemas"]["MessageTimes"];
type Gain = components["schemas"]["TimeGain"];

/** Below it a rate's interval is about twenty points wide (Wilson, 95 %): too wide to choose by. */
export const ENOUGH = 100;
const SLOW_MS = 30_000;

/** What the best time gains, message by message; nothing of messages that keep no control group. Version 0: the live one. */
export function useSendTimes(workflow: string, version: number, enabled = true): UseQueryResult<readonly MessageTimes[]> {
  return useQuery({
    queryKey: keys.of("workflows", "send-times", workflow, version),
    enabled,
    retry: false,
    refetchInterval: SLOW_MS,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/workflows/{workflow}/send-times", { params: { path: { workflow }, query: { version } }, signal }))).items,
  });
}

export type What = "opened" | "clicked";
export type Verdict = { readonly kind: "nobody" } | { readonly kind: "few"; readonly best: number; readonly control: number } | { readonly kind: "more" | "fewer" | "level"; readonly low: number; readonly high: number };

/** What the numbers say of one rate: that it is too early, or between which points the difference lies. */
export function verdictOf({ best_time, control_group, open_gain, click_gain }: MessageTimes, what: What): Verdict {
  if (best_time.sent + control_group.sent === 0) return { kind: "nobody" };
  const gain: Gain | null = what === "opened" ? open_gain : click_gain;
  if (gain === null || Math.min(best_time.sent, control_group.sent) < ENOUGH) return { kind: "few", best: best_time.sent, control: control_group.sent };
  // In points, as they are shown: an end that reads as 0 has not left it.
  const low = points(gain.low);
  const high = points(gain.high);
  if (low > 0) return { kind: "more", low, high };
  if (high < 0) return { kind: "fewer", low: -high, high: -low };
  return { kind: "level", low: Math.abs(low), high };
}

function points(share: number): number {
  const tenths = Math.round(share * 1000) / 10;
  return tenths === 0 ? 0 : tenths;
}

/** Texts tell no opens: of them the clicks alone are compared. */
export function compared({ best_time, control_group }: MessageTimes): readonly What[] {
  const total = (what: What): number => best_time[what] + control_group[what];
  return total("opened") === 0 && total("clicked") > 0 ? ["clicked"] : ["opened", "clicked"];
}
