import { expect, it } from "vitest";
import type { Sums } from "@/api/figures";
import { changeOf, healthOf, pathOf, rateOf } from "./compare";

const sums: Sums = { enrolled: 0, sent: 1000, skipped: 0, failed: 0, delivered: 990, opened: 400, clicked: 99, conversions: 10, unsubscribed: 2, bounced: 10, complained: 0, usd: 0.1 };

it("takes rates of what they are a share of", () => {
  expect(rateOf("clicked", sums)).toBeCloseTo(0.1);
  expect(rateOf("bounced", sums)).toBeCloseTo(0.01);
  expect(rateOf("sent", sums)).toBeNull();
  expect(rateOf("opened", { ...sums, delivered: 0 })).toBeNull();
  expect(rateOf("unsubscribed", { ...sums, sent: 8, delivered: 1, unsubscribed: 1 })).toBeNull();
});

it("compares with the period before, if there was one", () => {
  expect(changeOf(150, 100)).toBeCloseTo(0.5);
  expect(changeOf(0, 100)).toBe(-1);
  expect(changeOf(5, 0)).toBeNull();
});

it("warns before the line and beyond it, and says nothing of a handful", () => {
  expect(healthOf("bounced", { ...sums, bounced: 5 })).toBe("good");
  expect(healthOf("bounced", { ...sums, bounced: 15 })).toBe("near");
  expect(healthOf("bounced", { ...sums, bounced: 21 })).toBe("over");
  expect(healthOf("complained", { ...sums, complained: 1 })).toBe("over");
  expect(healthOf("bounced", { ...sums, sent: 5, bounced: 1 })).toBe("unknown");
});

it("draws a line that fits its box", () => {
  expect(pathOf([0, 5, 10], 100, 20)).toBe("M0 20L50 10L100 0");
  expect(pathOf([0, 0], 100, 20)).toBe("M0 20L100 20");
  expect(pathOf([3], 100, 20)).toBe("");
});
