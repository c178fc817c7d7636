import { expect, it } from "vitest";
import { documentOf, problemsOf } from "./testEvent";

it("makes a tracking call of a form", () => {
  expect(documentOf({ call: "track", who: " u1 ", event: "signup", data: '{"plan":"pro"}' })).toEqual({ event: "signup", userId: "u1", properties: { plan: "pro" } });
  expect(documentOf({ call: "track", who: "a@b.example", event: "signup", data: "" })).toEqual({ event: "signup", context: { traits: { email: "a@b.example" } } });
  expect(documentOf({ call: "identify", who: "a@b.example", event: "", data: '{"city":"Ulm"}' })).toEqual({ traits: { city: "Ulm", email: "a@b.example" } });
  expect(documentOf({ call: "page", who: "u1", event: "Pricing", data: "" })).toEqual({ name: "Pricing", userId: "u1" });
});

it("says what is missing", () => {
  expect(problemsOf({ call: "track", who: "", event: "", data: "{" })).toEqual({ who: "who", event: "event", data: "json" });
  expect(problemsOf({ call: "identify", who: "u", event: "", data: "[1]" })).toEqual({ data: "object" });
  expect(problemsOf({ call: "page", who: "u", event: "", data: "" })).toEqual({});
});
