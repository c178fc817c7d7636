import { expect, it } from "vitest";
import type { CalendarEntry } from "@/api/calendar";
import { byDay, filtered, lanes } from "./placing";

function entry(at: string, changes: Partial<CalendarEntry> = {}): CalendarEntry {
  return { kind: "schedule", workflow: "w", name: "W", trigger: "t", channels: ["email"], at, state: "planned", contacts: null, basis: null, job: null, more: false, ...changes };
}

it("puts entries on their day in the zone, in order", () => {
  const days = byDay([entry("2026-03-02T09:00:00Z"), entry("2026-03-01T23:30:00Z"), entry("2026-03-02T07:00:00Z")], "Europe/Berlin");
  expect([...days.keys()]).toEqual(["2026-03-02"]);
  expect(days.get("2026-03-02")?.map((one) => one.minutes)).toEqual([30, 480, 600]);
});

it("filters by workflow, kind and channel", () => {
  const all = [entry("2026-03-02T09:00:00Z"), entry("2026-03-02T09:00:00Z", { workflow: "x", kind: "broadcast", state: "done", channels: ["email", "sms"] })];
  const none = { workflow: "", kind: "", channel: "" };
  expect(filtered(all, { ...none, workflow: "x" })).toHaveLength(1);
  expect(filtered(all, { ...none, kind: "schedule" })).toHaveLength(1);
  expect(filtered(all, { ...none, channel: "sms" })).toEqual([all[1]]);
  expect(filtered(all, { ...none, channel: "email" })).toHaveLength(2);
  expect(filtered(all, { ...none, channel: "push" })).toEqual([]);
});

it("lets what is close stand side by side", () => {
  const at = (minutes: number) => ({ entry: entry("2026-03-02T09:00:00Z"), minutes });
  expect(lanes([at(540), at(550), at(700)], 45).map(({ lane, of }) => [lane, of])).toEqual([[0, 2], [1, 2], [0, 1]]);
});
