import { expect, it } from "vitest";
import { urgencyOf } from "./urgency";

it("warns a week before, and after", () => {
  const now = new Date("2026-03-20T00:00:00Z");
  expect(urgencyOf("2026-04-02T00:00:00Z", now)).toBe("fine");
  expect(urgencyOf("2026-03-22T00:00:00Z", now)).toBe("soon");
  expect(urgencyOf("2026-03-19T00:00:00Z", now)).toBe("late");
});
