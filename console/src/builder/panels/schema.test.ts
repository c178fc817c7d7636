import { describe, expect, it } from "vitest";
import { readSchedule, START, writeSchedule } from "./schedules";
import { readSpan, writeSpan } from "./durations";
import { fieldsOf, inOrder, placeOf, withValue } from "./schema";
import { typeOf } from "./testing/panel";
import { slug } from "./slug";

describe("fields of a schema", () => {
  it("reads kinds, widgets, bounds and nested forms", () => {
    const ways = fieldsOf(typeOf("wait_until").config)[0];
    expect([ways?.kind, ways?.required, ways?.most]).toEqual(["objects", true, 10]);
    expect(ways?.fields.map((one) => [one.name, one.kind, one.widget])).toContainEqual(["weekdays", "choices", ""]);
    const kinds = Object.fromEntries(fieldsOf(typeOf("email_send").config).map((one) => [one.name, one.kind]));
    expect(kinds).toMatchObject({ template_id: "text", variables: "map", count: "boolean", purpose: "choice", personalization: "texts" });
    const points = fieldsOf(typeOf("scoring_update").config)[0];
    expect([points?.kind, points?.min, points?.max, points?.whole]).toEqual(["number", -1000, 1000, true]);
    expect(fieldsOf(typeOf("time_trigger").config).find((one) => one.name === "schedule")).toMatchObject({ kind: "object", nullable: true, widget: "schedule" });
  });

  it("writes what was chosen and takes away what is the default", () => {
    const tag = { name: "tag", required: false, fallback: "" };
    expect(withValue({ a: 1, tag: "x", b: 2 }, tag, "y")).toEqual({ a: 1, tag: "y", b: 2 });
    expect(Object.keys(withValue({ a: 1, tag: "x", b: 2 }, tag, "y"))).toEqual(["a", "tag", "b"]);
    expect(withValue({ a: 1, tag: "x" }, tag, "")).toEqual({ a: 1 });
    expect(withValue({}, { ...tag, required: true }, "")).toEqual({ tag: "" });
    expect(placeOf("config.ways[0].event")).toBe("config.ways.0.event");
  });
});

describe("durations and schedules", () => {
  it.each(["2_days", "1_hour", "-7_days", "90_minutes"])("%s is read and written alike", (text) => {
    const span = readSpan(text);
    expect(span === null ? "" : writeSpan(span)).toBe(text);
  });

  it.each([{ at: "2027-09-01T09:00" }, { rate: "1 day" }, { rate: "6 hours" }, { cron: "0 9 ? * MON *" }, { cron: "30 7 ? * MON,WED,FRI *" }, { cron: "0 9 * * ? *" }, { cron: "0 9 L * ? *" }, { cron: "0 9 15 * ? *" }, { cron: "0/5 8-17 ? JAN MON#2 2027" }])("%o is read and written alike", (schedule) => {
    expect(writeSchedule(readSchedule(schedule))).toEqual(schedule);
  });

  it("knows what is drawn and what only cron can say", () => {
    expect(readSchedule({ cron: "0 9 ? * MON-FRI *" })).toMatchObject({ how: "weekly", days: ["MON", "TUE", "WED", "THU", "FRI"] });
    expect(readSchedule({ cron: "0 9 ? * MON#1 *" }).how).toBe("cron");
    expect(writeSchedule({ ...START, how: "monthly", day: "L", clock: "07:05" })).toEqual({ cron: "5 7 L * ? *" });
  });

  it("asks for the best time last, and for its details once it is chosen", () => {
    const fields = fieldsOf(typeOf("email_send").config);
    const asked = (config: Record<string, unknown>) => inOrder(fields, config).map(({ name }) => name);
    expect(asked({}).at(-1)).toBe("send_time_optimization");
    expect(asked({ send_time_optimization: "ai_powered" }).slice(-4)).toEqual(["send_time_optimization", "send_within", "send_time_control", "send_time_control_at"]);
  });

  it("makes names that the engine takes", () => {
    expect([slug("Große Kunden!"), slug("9 lives"), slug("pro")]).toEqual(["grosse_kunden_", "lives", "pro"]);
  });
});
