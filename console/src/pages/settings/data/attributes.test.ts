import { expect, it } from "vitest";
import { ownWith, type Attribute } from "./attributes";

const one = (name: string, more: Partial<Attribute> = {}): Attribute => ({
  name,
  family: "custom",
  type: "text",
  rule: "latest",
  sources: [],
  choices: [],
  pii: false,
  retention_days: null,
  consent: null,
  built_in: false,
  replaces_built_in: false,
  ...more,
});

it("saves all of one's own, never those of the platform", () => {
  const all = [one("tier"), one("email", { built_in: true }), one("plan")];
  expect(ownWith(all, { put: one("tier", { choices: ["free", "paid"] }) }).map(({ name, choices }) => [name, choices])).toEqual([
    ["plan", []],
    ["tier", ["free", "paid"]],
  ]);
  expect(ownWith(all, { without: "plan" }).map(({ name }) => name)).toEqual(["tier"]);
});

it("sends nothing that the server only tells", () => {
  expect(Object.keys(ownWith([], { put: one("a") })[0] ?? {})).not.toContain("built_in");
});
