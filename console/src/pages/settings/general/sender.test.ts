import { expect, it } from "vitest";
import { senderLine, senderParts } from "./sender";

it.each([
  ["Shop <a@b.example>", { name: "Shop", address: "a@b.example" }],
  ['"Shop, Ltd." <a@b.example>', { name: "Shop, Ltd.", address: "a@b.example" }],
  ['"The \\"Shop\\"" <a@b.example>', { name: 'The "Shop"', address: "a@b.example" }],
  ["a@b.example", { name: "", address: "a@b.example" }],
])("%s has its parts, and back", (line, parts) => {
  expect(senderParts(line)).toEqual(parts);
  expect(senderLine(parts)).toBe(line);
});

it("is nothing without an address", () => {
  expect(senderLine({ name: "Shop", address: " " })).toBe("");
});
