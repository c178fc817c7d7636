import { expect, it } from "vitest";
import { fault, fieldsOf, freeId, moved, optionsOf, shownValues } from "./schema";

const TWILIO = {
  properties: {
    account: { pattern: "^AC[0-9a-f]{4}$", title: "Account", type: "string" },
    region: { enum: ["us", "eu"], default: "us", type: "string" },
    opens: { type: "boolean", default: true },
    ttl_s: { anyOf: [{ type: "integer", minimum: 5, maximum: 60 }, { type: "null" }], default: null },
    dkim: { type: "array", items: { type: "string" }, default: ["s1"] },
    note: { type: "string", default: "" },
  },
  required: ["account"],
};
const fields = fieldsOf(TWILIO);
const named = (name: string) => fields.find((one) => one.name === name) ?? fail();
function fail(): never {
  throw new Error("no such field");
}

it("reads kinds, bounds and what must be given", () => {
  expect(fields.map(({ name, kind }) => `${name}:${kind}`)).toEqual(["account:text", "region:choice", "opens:switch", "ttl_s:number", "dkim:list", "note:text"]);
  expect(named("ttl_s")).toMatchObject({ min: 5, max: 60, required: false });
  expect(named("account").required).toBe(true);
  expect(fieldsOf({})).toEqual([]);
});

it("shows defaults, and sends only what differs from them", () => {
  const shown = shownValues(fields, { account: "AC12ab", opens: false });
  expect(shown).toEqual({ account: "AC12ab", region: "us", opens: false, ttl_s: null, dkim: ["s1"], note: "" });
  expect(optionsOf(fields, { ...shown, ttl_s: 30 })).toEqual({ account: "AC12ab", opens: false, ttl_s: 30 });
});

it("sees what is missing or has another form", () => {
  expect(fault(named("account"), "")).toBe("missing");
  expect(fault(named("account"), "AB12")).toBe("form");
  expect(fault(named("account"), "AC00ff")).toBe("");
  expect(fault(named("note"), "")).toBe("");
});

it("finds a free id and moves entries", () => {
  expect(freeId("ses", [])).toBe("ses");
  expect(freeId("ses", ["ses", "ses2"])).toBe("ses3");
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
});
