import { afterEach, expect, it, vi } from "vitest";
import { platformNow, setPlatformTime } from "./useNow";

afterEach(() => {
  vi.useRealTimers();
  setPlatformTime(new Date());
});

it("follows the platform's clock when the browser's is wrong", () => {
  vi.useFakeTimers({ now: new Date("2026-03-02T09:00:00Z") });
  setPlatformTime(new Date("2026-05-01T12:00:00Z"));
  vi.advanceTimersByTime(90_000);
  expect(platformNow().toISOString()).toBe("2026-05-01T12:01:30.000Z");
});

it("keeps the browser's clock where the two are near, or nothing sensible was told", () => {
  vi.useFakeTimers({ now: new Date("2026-03-02T09:00:00Z") });
  setPlatformTime(new Date("2026-03-02T09:00:20Z"));
  expect(platformNow().toISOString()).toBe("2026-03-02T09:00:00.000Z");
  setPlatformTime(new Date("undefined"));
  expect(platformNow().toISOString()).toBe("2026-03-02T09:00:00.000Z");
});
