import { expect, it } from "vitest";
import { lineOf, printed } from "./places";

const document = { event: "signup", properties: { plan: "pro", items: [{ sku: 1 }, "x"], none: {} }, userId: null };

it("prints what JSON.stringify prints", () => {
  expect(printed(document).text).toBe(JSON.stringify(document, null, 2));
  expect(printed([]).text).toBe("[]");
});

it("knows the line of each place", () => {
  const found = printed(document);
  const at = (place: string) => found.text.split("\n")[lineOf(found, place) - 1]?.trim();
  expect(at("event")).toBe('"event": "signup",');
  expect(at("properties.items[0].sku")).toBe('"sku": 1');
  expect(at("batch[3].userId")).toBe('"userId": null');
});

it("marks the nearest thing around a place that is missing", () => {
  const found = printed(document);
  const at = (place: string) => found.text.split("\n")[lineOf(found, place) - 1]?.trim();
  expect(at("properties.fields.email")).toBe('"properties": {');
  expect(at("anonymousId")).toBe("{");
  expect(at("")).toBe("{");
  expect(at("batch[2]")).toBe("{");
});
