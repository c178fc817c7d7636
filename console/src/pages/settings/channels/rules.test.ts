import { expect, it } from "vitest";
import { bucketsOf, capsOf, hoursOf, quietOf, shareOf, stretches } from "./rules";

it("reads rules and writes them as they were", () => {
  const hours = { sms: { start: "20:00", end: "09:00", otherwise: "skip", closed_days: ["sun"] } };
  expect(quietOf(hours)).toEqual([{ channel: "sms", start: "20:00", end: "09:00", otherwise: "skip", closed_days: ["sun"] }]);
  expect(hoursOf(quietOf(hours))).toEqual(hours);
  expect(capsOf([{ channel: "push", limit: 2, per: "day", tag: "promo" }])).toEqual([{ channel: "push", limit: 2, per: "day", tag: "promo" }]);
});

it("turns a share into buckets and back", () => {
  expect(shareOf(null)).toBe(0);
  expect(bucketsOf(0)).toBeNull();
  expect(bucketsOf(5)).toEqual([0, 499]);
  expect(shareOf([0, 499])).toBe(5);
});

it("draws quiet hours over midnight as two stretches", () => {
  expect(stretches("21:00", "09:00")).toEqual([{ from: 0, to: 0.375 }, { from: 0.875, to: 1 }]);
  expect(stretches("12:00", "18:00")).toEqual([{ from: 0.5, to: 0.75 }]);
  expect(stretches("08:00", "08:00")).toEqual([]);
});
