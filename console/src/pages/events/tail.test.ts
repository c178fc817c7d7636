import { expect, it } from "vitest";
import type { DebuggedEvent } from "@/api/events";
import { matching, merged, whoOf } from "./tail";

function event(changes: Partial<DebuggedEvent>): DebuggedEvent {
  return { at: "2026-03-02T09:00:00Z", source: "web", status: "accepted", code: "", place: "", message: "", message_id: "m1", name: "signup", ...changes };
}

it("adds what is new once, newest first", () => {
  const known = merged([], [event({ message_id: "m1" })]);
  const all = merged(known, [event({ message_id: "m2", at: "2026-03-02T09:00:05Z" }), event({ message_id: "m1" }), event({ message_id: "m2", at: "2026-03-02T09:00:05Z" })]);
  expect(all.map((one) => one.message_id)).toEqual(["m2", "m1"]);
  expect(merged(all, [event({ message_id: "m1" })])).toBe(all);
});

it("finds by name, source, state and any text of the event", () => {
  const all = [
    event({ message_id: "a", document: { properties: { plan: "Pro" } } }),
    event({ message_id: "b", name: "purchase", source: "shop" }),
    event({ message_id: "c", status: "rejected", code: "no_identity" }),
    event({ message_id: "d", code: "no_consent" }),
  ];
  const ids = (filter: Partial<Parameters<typeof matching>[1]>) => matching(all, { text: "", name: "", source: "", status: "", ...filter }).map((one) => one.message_id);
  expect(ids({ text: "pro" })).toEqual(["a"]);
  expect(ids({ name: "purchase" })).toEqual(["b"]);
  expect(ids({ source: "shop" })).toEqual(["b"]);
  expect(ids({ status: "rejected" })).toEqual(["c"]);
  expect(ids({ status: "warned" })).toEqual(["d"]);
});

it("names whom an event is about", () => {
  expect(whoOf(event({ user_id: "u1" }))).toBe("u1");
  expect(whoOf(event({ anonymous_id: "x", document: { traits: { email: "a@b.example" } } }))).toBe("a@b.example");
  expect(whoOf(event({ anonymous_id: "x" }))).toBe("x");
  expect(whoOf(event({}))).toBe("");
});
