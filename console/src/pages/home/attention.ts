import type { Review, Sums, TopWorkflow } from "@/api/figures";
import { LINES, healthOf } from "./compare";

/** Something that somebody should look at, worst first. */
export type Concern =
  | { kind: "stopped" }
  | { kind: "bounced" | "complained"; over: boolean }
  | { kind: "failed"; workflow: string; name: string; count: number }
  | { kind: "poison"; count: number }
  | { kind: "paused"; workflow: string; name: string }
  | { kind: "review"; workflow: string; name: string; by: string };

export interface Signs {
  stopped: boolean;
  totals: Sums;
  workflows: readonly Pick<TopWorkflow, "workflow" | "name" | "failed">[];
  poison: number;
  paused: readonly { id: string; name: string }[];
  reviews: readonly Pick<Review, "workflow" | "name" | "asked_by">[];
}

export function concernsOf(signs: Signs): Concern[] {
  const rates = (Object.keys(LINES) as (keyof typeof LINES)[]).flatMap((kind): Concern[] => {
    const health = healthOf(kind, signs.totals);
    return health === "over" || health === "near" ? [{ kind, over: health === "over" }] : [];
  });
  return [
    ...(signs.stopped ? [{ kind: "stopped" } as const] : []),
    ...rates,
    ...signs.workflows.filter((one) => one.failed > 0).map((one) => ({ kind: "failed", workflow: one.workflow, name: one.name, count: one.failed }) as const),
    ...(signs.poison > 0 ? [{ kind: "poison", count: signs.poison } as const] : []),
    ...signs.reviews.map((one) => ({ kind: "review", workflow: one.workflow, name: one.name, by: one.asked_by }) as const),
    ...signs.paused.map((one) => ({ kind: "paused", workflow: one.id, name: one.name }) as const),
  ];
}
