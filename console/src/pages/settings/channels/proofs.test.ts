import { expect, it } from "vitest";
import { countries, proofsOf, proofText } from "./proofs";

it("reads and writes what is demanded, everywhere first", () => {
  const told = { DE: "double", "*": "written" };
  expect(proofsOf(told)).toEqual([
    { country: "*", proof: "written" },
    { country: "DE", proof: "double" },
  ]);
  expect(proofText(proofsOf(told))).toEqual(told);
});

it("offers countries by name, and nothing that is none", () => {
  const found = countries("de");
  expect(found).toContainEqual({ value: "AT", label: "Österreich" });
  expect(found.some(({ value }) => ["EU", "ZZ", "UK"].includes(value))).toBe(false);
  expect(found.length).toBeGreaterThan(200);
});
