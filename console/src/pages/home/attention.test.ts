import { expect, it } from "vitest";
import { concernsOf, type Signs } from "./attention";

const calm: Signs = {
  stopped: false,
  totals: { enrolled: 0, sent: 1000, skipped: 0, failed: 0, delivered: 1000, opened: 0, clicked: 0, conversions: 0, unsubscribed: 0, bounced: 0, complained: 0, usd: 0 },
  workflows: [{ workflow: "a", name: "A", failed: 0 }],
  poison: 0,
  paused: [],
  reviews: [],
};

it("is quiet when all is well", () => {
  expect(concernsOf(calm)).toEqual([]);
});

it("names the worst first", () => {
  const found = concernsOf({
    stopped: true,
    totals: { ...calm.totals, complained: 2, bounced: 15 },
    workflows: [{ workflow: "a", name: "A", failed: 3 }],
    poison: 1,
    paused: [{ id: "p", name: "P" }],
    reviews: [{ workflow: "r", name: "R", asked_by: "x" }],
  });
  expect(found.map((one) => one.kind)).toEqual(["stopped", "complained", "bounced", "failed", "poison", "review", "paused"]);
  expect(found[1]).toMatchObject({ over: true });
  expect(found[2]).toMatchObject({ over: false });
});
