import { describe, expect, it } from "vitest";
import { EMPTY, EXAMPLES, documentOf, idOf } from "./examples";
import { everyDay, sparkline } from "./growth";
import { reviewDue } from "./review";
import { referencesIn } from "@/kit/references";
import { circles, lens } from "./venn";

describe("ids", () => {
  it("are made of names as the API takes them", () => {
    expect(idOf("Größte Kunden (90 Tage)!")).toBe("grosste_kunden_90_tage");
    expect([idOf("2nd buyers"), idOf("★"), idOf("Straße")]).toEqual(["nd_buyers", "", "strasse"]);
    expect(idOf("a ".repeat(60))).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
  });
});

describe("documents", () => {
  it("hold only what their kind has", () => {
    const draft = { ...EMPTY, id: "a", name: " A ", condition: "x = 1", reviewDays: "30", triggerExisting: true };
    expect(documentOf(draft)).toEqual({ id: "a", name: "A", description: "", kind: "dynamic", tags: [], condition: "x = 1", trigger_existing: true });
    expect(documentOf({ ...draft, kind: "static", reviewedAt: "2026-01-01T00:00:00Z" })).toEqual({
      id: "a",
      name: "A",
      description: "",
      kind: "static",
      tags: [],
      review: { every_days: 30, last_reviewed_at: "2026-01-01T00:00:00Z" },
    });
  });

  it("begin from examples with names of their own", () => {
    expect(new Set(EXAMPLES.map((one) => one.name)).size).toBe(EXAMPLES.length);
    expect(EXAMPLES.every((one) => (one.condition === "") === ((one.kind as string) === "static"))).toBe(true);
  });
});

describe("growth", () => {
  const moved = [
    { day: "2026-03-03", entered: 5, left: 0, corrected: 0, size: 15 },
    { day: "2026-03-05", entered: 0, left: 3, corrected: 0, size: 12 },
  ];
  it("has a point for each day; before the first move stands what was there", () => {
    expect(everyDay(moved, 12, 6, new Date("2026-03-06T10:00:00Z")).map((point) => point.size)).toEqual([10, 10, 15, 15, 12, 12]);
    expect(everyDay([], 7, 3, new Date("2026-03-06T10:00:00Z")).map((point) => point.size)).toEqual([7, 7, 7]);
  });

  it("draws a line within its box; a flat one in the middle", () => {
    const points = everyDay(moved, 12, 3, new Date("2026-03-05T00:00:00Z"));
    expect(sparkline(points, 100, 20)).toBe("0.0,0.0 50.0,0.0 100.0,20.0");
    expect(sparkline(everyDay([], 7, 2, new Date("2026-03-05T00:00:00Z")), 10, 20)).toBe("0.0,10.0 10.0,10.0");
  });
});

describe("overlap", () => {
  it("is drawn by areas", () => {
    expect(lens(2, 1, 0)).toBeCloseTo(Math.PI);
    expect(lens(1, 1, 2)).toBe(0);
    const { first, second } = circles(400, 100, 50, 400, 200);
    expect(first.r / second.r).toBeCloseTo(2);
    const scale = (Math.PI * first.r * first.r) / 400;
    expect(lens(first.r, second.r, second.x - first.x) / scale).toBeCloseTo(50, 1);
  });

  it("keeps apart what shares nothing, puts inside what is a part, and stays in the box", () => {
    const apart = circles(10, 10, 0, 400, 200);
    expect(apart.second.x - apart.first.x).toBeGreaterThan(apart.first.r + apart.second.r);
    const inside = circles(100, 25, 25, 400, 200);
    expect(inside.second.x + inside.second.r).toBeLessThanOrEqual(inside.first.x + inside.first.r + 0.5);
    for (const { first, second } of [apart, inside, circles(0, 5, 0, 400, 200)]) {
      expect(Math.min(first.x - first.r, second.x - second.r)).toBeGreaterThanOrEqual(-0.001);
      expect(Math.max(first.x + first.r, second.x + second.r)).toBeLessThanOrEqual(400.001);
    }
  });
});

it("a list is looked at again a period after the last time", () => {
  expect(reviewDue({ every_days: 10 }, "2026-01-01T00:00:00Z").toISOString()).toBe("2026-01-11T00:00:00.000Z");
  expect(reviewDue({ every_days: 10, last_reviewed_at: "2026-02-01T00:00:00Z" }, "2026-01-01T00:00:00Z").toISOString()).toBe("2026-02-11T00:00:00.000Z");
});

it("references are read from lines and commas, each once", () => {
  expect(referencesIn(" a@x.org, u1\nu2;u1\n\n")).toEqual(["a@x.org", "u1", "u2"]);
});
