import { expect, it } from "vitest";
import { busiest, limitsOf, points, ticksOf, toneOf } from "./rates";

const rates = (mailbox: string, sent: number, complaint_rate: number | null) => ({ mailbox, sent, delivered: sent, bounced: 0, bounced_soft: 0, complained: 0, delayed: 0, rejected: 0, complaint_rate, bounce_rate: null });
const DAYS = [
  { day: "2026-03-01", mailboxes: [rates("all", 30, 0.001), rates("gmail", 10, 0.003), rates("yahoo", 20, null)] },
  { day: "2026-03-02", mailboxes: [rates("all", 0, null)] },
];
const LIMITS = { complaint_alarm: 0.001, complaint_limit: 0.003, bounce_alarm: 0.02, least_delivered: 1000, least_complaints: 5, least_sent: 500, least_bounces: 10 };

it("takes the busiest mailbox providers, all of them first", () => {
  expect(busiest(DAYS)).toEqual(["all", "yahoo", "gmail"]);
});

it("draws rates in percent and leaves days without mail open", () => {
  const [first, second] = points(DAYS, "complaints", ["all", "gmail", "yahoo"]);
  expect(first?.values).toEqual({ all: 0.1, gmail: 0.3, yahoo: null });
  expect(second?.values).toEqual({ all: null, gmail: null, yahoo: null });
  expect(points(DAYS, "volume", ["yahoo"]).map(({ values }) => values["yahoo"])).toEqual([20, 0]);
});

it("draws round ticks beyond the highest value", () => {
  expect(ticksOf(0.3)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(ticksOf(2)).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  expect(ticksOf(34)).toEqual([0, 10, 20, 30, 40]);
});

it("knows the limits of each rate", () => {
  expect(limitsOf(LIMITS, "complaints").map(({ percent }) => percent)).toEqual([0.1, 0.3]);
  expect(limitsOf(LIMITS, "volume")).toEqual([]);
  expect([toneOf(null, 1, 2, true), toneOf(3, 1, 2, false), toneOf(0.5, 1, 2, true), toneOf(1, 1, 2, true), toneOf(2, 1, 2, true)]).toEqual(["quiet", "quiet", "good", "warn", "bad"]);
});
