import { expect, it } from "vitest";
import { daysOf, isDay, localOf, moved, plusDays, plusMonths, stretches, weekStart } from "./days";

it("counts days over months, years and clock changes", () => {
  expect(plusDays("2026-02-28", 1)).toBe("2026-03-01");
  expect(plusDays("2026-03-29", 1)).toBe("2026-03-30");
  expect(plusDays("2026-01-01", -1)).toBe("2025-12-31");
  expect(plusMonths("2026-01-31", 1)).toBe("2026-02-28");
  expect(plusMonths("2026-01-15", -1)).toBe("2025-12-15");
});

it("begins weeks on Monday", () => {
  expect(weekStart("2026-03-02")).toBe("2026-03-02");
  expect(weekStart("2026-03-08")).toBe("2026-03-02");
});

it("shows whole weeks of a month", () => {
  const march = daysOf("month", "2026-03-17");
  expect([march[0], march.at(-1), march.length]).toEqual(["2026-02-23", "2026-04-05", 42]);
  expect(daysOf("month", "2027-02-10")).toHaveLength(28);
  expect(daysOf("week", "2026-03-05")).toHaveLength(7);
  expect(daysOf("agenda", "2026-03-05")[0]).toBe("2026-03-05");
});

it("moves by what it shows", () => {
  expect(moved("month", "2026-03-31", 1)).toBe("2026-04-30");
  expect(moved("week", "2026-03-05", -1)).toBe("2026-02-26");
});

it("knows the day of a moment in a zone", () => {
  expect(localOf("2026-03-01T23:30:00Z", "Europe/Berlin")).toEqual({ day: "2026-03-02", minutes: 30 });
  expect(localOf("2026-03-01T23:30:00Z", "America/New_York")).toEqual({ day: "2026-03-01", minutes: 18 * 60 + 30 });
  expect(localOf("2026-03-02T00:00:00Z", "UTC").minutes).toBe(0);
});

it("cuts quiet hours at midnight", () => {
  expect(stretches("22:00", "08:00")).toEqual([[0, 480], [1320, 1440]]);
  expect(stretches("12:00", "13:30")).toEqual([[720, 810]]);
  expect(stretches("22:00", "00:00")).toEqual([[1320, 1440]]);
});

it("takes only days for days", () => {
  expect([isDay("2026-03-02"), isDay("2026-13-02"), isDay("soon")]).toEqual([true, false, false]);
});
