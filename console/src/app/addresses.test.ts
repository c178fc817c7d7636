import { expect, it } from "vitest";
import { GROUPS } from "@/pages/settings/sections";
import table from "./routes.tsx?raw";

const SOURCES = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*", "!../api/**"], { query: "?raw", import: "default", eager: true });
const ROUTES = [...table.matchAll(/path: "(\/[^"]*)"/g)].map((found) => found[1] ?? "");
const SECTIONS = new Set<string>(GROUPS.flatMap((group) => group.sections.map((one) => one.key)));
const LINK = /\b(?:to|href)(?:=\{?|:\s*)["`](\/[^"`]*)["`]/g;

/** `/contacts/${id}?tab=scores` -> `/contacts/$`; what a route calls `$contact` or `{-$section}` stands for anything. */
const partsOf = (address: string): string[] => address.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "$").replace(/[?#].*$/, "").split("/").slice(1);

function leads(address: string): boolean {
  const parts = partsOf(address);
  if (parts[0] === "settings" && parts[1] !== undefined && !/[${]/.test(parts[1]) && !SECTIONS.has(parts[1])) return false;
  return ROUTES.some((route) => {
    const wanted = partsOf(route);
    const fits = wanted.every((one, at) => one === parts[at] || (one.startsWith("$") && (parts[at] ?? "") !== "") || one.startsWith("{-$"));
    return fits && parts.length <= wanted.length;
  });
}

const places = Object.entries(SOURCES).flatMap(([file, text]) => [...text.matchAll(LINK)].map((found) => `${found[1] ?? ""} in ${file}`));

it("finds the links", () => {
  expect(places.length).toBeGreaterThan(40);
  expect([leads("/contacts/${a({b: 1})}?tab=x"), leads("/settings/sources"), leads("/settings"), leads("/settings/senders"), leads("/nowhere"), leads("/contacts/a/b")]).toEqual([true, true, true, false, false, false]);
});

it("knows a page for each link", () => {
  expect(places.filter((one) => !leads(one.split(" in ")[0] ?? ""))).toEqual([]);
});

it("knows a page for each step of the guide", async () => {
  const { placeOf } = await import("@/pages/home/guide/places");
  const steps = ["sender", "message", "draw", "publish", "event", "sent"] as const;
  expect(steps.map((step) => placeOf(step, { newest: "welcome" })).filter((one) => !leads(one))).toEqual([]);
});
