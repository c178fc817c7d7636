const WEEK_MS = 7 * 86_400_000;

/** How near the day is until which a request must be answered. */
export function urgencyOf(due: string, now: Date): "late" | "soon" | "fine" {
  const left = new Date(due).getTime() - now.getTime();
  return left < 0 ? "late" : left < WEEK_MS ? "soon" : "fine";
}
