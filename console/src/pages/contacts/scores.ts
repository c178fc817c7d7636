import type { ContactScore, ScoreBand } from "@/api/contacts";

export interface Crossing {
  band: string;
  points: number;
}

/** The band above, and how many points are missing; null: it is in the highest one. */
export function nextUp(score: number, bands: readonly ScoreBand[]): Crossing | null {
  const above = bands.filter((band) => band.threshold > score).sort((a, b) => a.threshold - b.threshold)[0];
  return above ? { band: above.id, points: above.threshold - score } : null;
}

/** The band that a score lies in. */
export function bandAt(score: number, bands: readonly ScoreBand[]): string {
  return bands.filter((band) => band.threshold <= score).sort((a, b) => b.threshold - a.threshold)[0]?.id ?? "";
}

/** Days until decay alone lowers the score below its band, by the loss of a month; null: not within a month. */
export function fallsIn(found: Pick<ContactScore, "score" | "in_a_month" | "band">, bands: readonly ScoreBand[]): number | null {
  const floor = bands.find((band) => band.id === found.band)?.threshold;
  if (floor === undefined || found.in_a_month >= floor || found.in_a_month >= found.score) return null;
  // Decay is exponential; two points on it tell its pace.
  if (found.score <= 0 || found.in_a_month <= 0 || floor <= 0) return Math.max(1, Math.round((30 * (found.score - floor)) / (found.score - found.in_a_month)));
  const pace = Math.log(found.score / found.in_a_month) / 30;
  return Math.max(1, Math.round(Math.log(found.score / Math.max(floor, 0.5)) / pace));
}
