import { describe, expect, it } from "vitest";
import type { Attribute, Enrollment } from "@/api/contacts";
import type { Message, TimelineEntry } from "@/api/timeline";
import { grouped, identityOf } from "./attributes";
import { mailState } from "./ContactHeader";
import { conditionOf } from "./filters";
import { fieldsOfTwo } from "./merge";
import { initials, labelOf, nameOf, underName, zoneOf } from "./names";
import { bandAt, fallsIn, nextUp } from "./scores";
import { byDay, isMachine, kindOf, shownProperties, timelineOf } from "./timeline";
import { plainText, readValue, typedOf } from "./value";

const person = (changes: object = {}) => ({ id: "p1", email: "", user_id: "", traits: {}, first_seen: null, last_seen: null, ...changes });

describe("names", () => {
  it("are the person's, else the best that is known", () => {
    const ada = person({ email: "ada@x.example", traits: { first_name: "Ada", last_name: " Lovelace " } });
    expect([nameOf(ada), underName(ada), initials(ada)]).toEqual(["Ada Lovelace", "ada@x.example", "AL"]);
    expect(nameOf(person({ email: "a@x.example" }))).toBe("a@x.example");
    expect([nameOf(person({ user_id: "u1" })), underName(person({ user_id: "u1" }))]).toEqual(["u1", "p1"]);
    expect([nameOf(person()), underName(person())]).toEqual(["p1", ""]);
    expect(initials(person({ traits: { first_name: "𝒜da" } }))).toBe("𝒜");
    expect(labelOf("lifecycle_stage")).toBe("Lifecycle stage");
  });

  it("take only zones that exist", () => {
    expect(zoneOf({ time_zone: "Europe/Berlin" })).toBe("Europe/Berlin");
    expect([zoneOf({ time_zone: "Mars/Base" }), zoneOf({}), zoneOf({ time_zone: 3 })]).toEqual([null, null, null]);
  });
});

describe("filters", () => {
  it("join the stage and the typed condition", () => {
    expect(conditionOf({ stage: "", where: "" })).toBe("");
    expect(conditionOf({ stage: 'a"b', where: "" })).toBe('lifecycle_stage = "a\\"b"');
    expect(conditionOf({ stage: "lead", where: " a = 1 or b = 2 " })).toBe('lifecycle_stage = "lead" and (a = 1 or b = 2)');
  });
});

describe("values", () => {
  it("are read by the attribute's type, and come back as they were typed", () => {
    expect([readValue("number", "1.5"), readValue("number", "x"), readValue("text", " a "), readValue("text", " ")]).toEqual([1.5, undefined, "a", null]);
    expect(readValue("list", "a\n\nb ")).toEqual(["a", "b"]);
    expect([readValue("object", '{"a":1}'), readValue("object", "[1]"), readValue("object", "{")]).toEqual([{ a: 1 }, undefined, undefined]);
    expect(readValue("boolean", "false")).toBe(false);
    for (const [type, value] of [["number", 3], ["list", ["a", "b"]], ["object", { a: [1] }], ["text", "x"], ["boolean", true]] as const) {
      expect(readValue(type, typedOf(type, value)), type).toEqual(value);
    }
    expect(plainText([1, "b"])).toBe("1, b");
  });

  it("are grouped by family; what nobody told is computed", () => {
    const told = (name: string, value: unknown) => ({ name, value, source: "shop", told_at: null });
    const registry = [{ name: "city", family: "demographic" }] as Attribute[];
    const contact = { attributes: [told("city", "Rome"), told("plan", "pro")], fields: { city: "Rome", plan: "pro", lead_score: 7 } };
    expect(grouped(contact, registry).map(({ family, known }) => [family, known.map((one) => one.name)])).toEqual([
      ["demographic", ["city"]],
      ["custom", ["plan"]],
      ["computed", ["lead_score"]],
    ]);
    expect(grouped(contact, registry, "PLA").map((one) => one.family)).toEqual(["custom"]);
  });

  it("need an identity to be changed by", () => {
    expect(identityOf({ email: "a@x.example", user_id: "u1" })).toEqual({ user_id: "u1" });
    expect(identityOf({ email: "a@x.example", user_id: "" })).toEqual({ email: "a@x.example" });
    expect(identityOf({ email: "", user_id: "" })).toBeNull();
  });
});

describe("the timeline", () => {
  const event = (name: string, at: string, properties: object = {}): TimelineEntry => ({ at, name, properties: { ...properties }, source: "", kept_in: "profile", id: "" });
  const message = (at: string, outcome: Message["outcome"]) => ({ at, outcome, node: "n1", name: "Hello", enrollment: "e1", run: "r", workflow: "w", channel: "email", reason: outcome === "skipped" ? "frequency_capped" : "" }) as Message;

  it("joins events, messages and workflows, newest first, without telling a sent message twice", () => {
    const entered = { workflow: "w", workflow_name: "Winter", enrollment: "e1", entered_at: "2026-01-01T08:00:00Z", version: 1 } as Enrollment;
    const sent = event("email_sent", "2026-01-01T09:00:00Z", { enrollment: "e1", node: "n1", workflow: "w" });
    const items = timelineOf([sent, event("purchase", "2026-01-03T09:00:00Z")], [message("2026-01-01T09:00:01Z", "sent"), message("2026-01-02T09:00:00Z", "skipped")], [entered]);
    expect(items.map((one) => [one.name, one.kind])).toEqual([
      ["purchase", "event"],
      ["message_skipped", "problem"],
      ["email_sent", "message"],
      ["workflow_entered", "workflow"],
    ]);
    expect(items.map((one) => one.called)).toEqual(["", "Winter", "Winter", "Winter"]);
    expect(timelineOf([], [message("2026-01-01T09:00:01Z", "sent")], [])).toHaveLength(1);
  });

  it("marks machines and sorts kinds", () => {
    expect([isMachine({ machine_rule: "prefetch" }), isMachine({ machine: true }), isMachine({ machine_rule: "" })]).toEqual([true, true, false]);
    expect(["email_opened", "sms_bounced", "push_sent", "email_open_rate"].map(kindOf)).toEqual(["engagement", "problem", "message", "event"]);
  });

  it("groups by the reader's days and keeps the machine room out of the line", () => {
    const items = timelineOf([event("a", "2026-01-01T23:30:00Z", { enrollment: "e", total: 5, list: [1] }), event("b", "2026-01-02T00:30:00Z")], [], []);
    expect(byDay(items, "UTC").map((one) => one.day)).toEqual(["2026-01-02", "2026-01-01"]);
    expect(byDay(items, "Europe/Berlin").map((one) => one.day)).toEqual(["2026-01-02"]);
    expect(items.flatMap((one) => shownProperties(one))).toEqual([["total", 5]]);
  });

  it("calls a step by its name and leaves out what only machines read", () => {
    const tags = { workflow: "w", version: 2, enrollment: "e1", run: "r", visit: "2d9f0b", tag: "" };
    const clicked = event("email_clicked", "2026-01-02T09:00:00Z", { ...tags, node: "n1", url: "https://x.example" });
    const emitted = event("trial_over", "2026-01-03T09:00:00Z", { ...tags, node: "trial_end" });
    const own = event("left", "2026-01-04T09:00:00Z", { node: "eu-1", visit: "second" });
    const sent = message("2026-01-01T09:00:00Z", "sent");
    const items = timelineOf([clicked, emitted, own], [sent], []);
    const shown = (at: number): unknown => items.filter((_, index) => index === at).flatMap((one) => shownProperties(one));
    expect(items.map((one) => one.step)).toEqual(["", "Trial end", "Hello", ""]);
    expect([shown(0), shown(1), shown(2)]).toEqual([[["node", "eu-1"], ["visit", "second"]], [], [["url", "https://x.example"]]]);
  });
});

describe("scores", () => {
  const bands = [{ id: "high", threshold: 500 }, { id: "low", threshold: 100 }, { id: "medium", threshold: 300 }];
  it("tell the next band, the own one, and when decay leaves it", () => {
    expect(nextUp(360, bands)).toEqual({ band: "high", points: 140 });
    expect(nextUp(500, bands)).toBeNull();
    expect([bandAt(300, bands), bandAt(99, bands)]).toEqual(["medium", ""]);
    expect(fallsIn({ score: 400, in_a_month: 200, band: "medium" }, bands)).toBe(12);
    expect(fallsIn({ score: 400, in_a_month: 350, band: "medium" }, bands)).toBeNull();
    expect(fallsIn({ score: 50, in_a_month: 10, band: "" }, bands)).toBeNull();
  });
});

describe("merging", () => {
  it("says whose value stays; what differs comes first", () => {
    const preview = {
      winner: person({ user_id: "u1", traits: { plan: "pro", name: "Ada", tags: ["a"] } }),
      loser: person({ traits: { plan: "free", name: "Ada", city: "Rome", tags: ["b"] } }),
      result: person({ user_id: "u1", traits: { plan: "pro", name: "Ada", city: "Rome", tags: ["a", "b"] } }),
    };
    expect(fieldsOfTwo(preview).map((row) => [row.name, row.kept])).toEqual([
      ["user_id", "winner"],
      ["city", "loser"],
      ["plan", "winner"],
      ["tags", "joined"],
      ["name", "both"],
    ]);
  });
});

describe("mail", () => {
  it("reaches whom nothing speaks against", () => {
    const of = (changes: object) => mailState({ email: "a@x.example", suppressed: "", consent: {}, ...changes });
    expect([of({}), of({ consent: { "email:marketing": "granted" } }), of({ consent: { "email:marketing": "denied" } })]).toEqual(["open", "granted", "denied"]);
    expect(of({ suppressed: "hard_bounce", consent: { "email:marketing": "granted" } })).toBe("suppressed");
    expect(of({ email: "" })).toBe("no_address");
  });
});
