import { expect, it } from "vitest";
import { readable } from "@/api/documents";
import { errorOf } from "@/api/error";
import { marked, read, written } from "./text";

const MODEL = { id: "lead", note: "", limit: null, rules: [{ id: "a", where: 'event.path = "/"', points: 5 }, { id: "b", points: 9, actions: [] }] };
const TEXT = `id: lead
rules:
  - id: a
    where: event.path = "/"
    points: 5
  - id: b
    points: 9
`;

it("writes what matters, and reads it back", () => {
  expect(written(MODEL)).toBe(TEXT);
  expect(read(TEXT).value).toEqual({ id: "lead", rules: [{ id: "a", where: 'event.path = "/"', points: 5 }, { id: "b", points: 9 }] });
});

it("keeps the author's order of what the server tells back by the alphabet", () => {
  const told = { id: "lead", rules: [{ code: "b", id: "b", points: 9 }, { code: "a", id: "a", points: 5, where: "x" }], version: 2 };
  expect(written(told, { rules: [{ points: 5, where: "x", id: "a" }, { id: "b", points: 9 }], id: "lead" })).toBe(`rules:
  - id: b
    points: 9
    code: b
  - points: 5
    where: x
    id: a
    code: a
id: lead
version: 2
`);
  expect(written({ base: 1, id: "lead", name: "Lead" })).toBe("id: lead\nname: Lead\nbase: 1\n");
});

it("says on which line the text is no YAML", () => {
  const { value, markers } = read("id: lead\nrules: [a, b\n");
  expect(value).toBeNull();
  expect(markers[0]?.line).toBeGreaterThanOrEqual(2);
});

it.each([
  ["rules.1.points", 7],
  ["model.rules.1.points", 7],
  ["rules[0].where.left", 4],
  ["rules.1.limit", 6],
  ["", 1],
  ["unheard.of", 1],
])("puts an objection to %s into line %i", (place, line) => {
  expect(marked(TEXT, [{ place, message: "no" }])).toMatchObject([{ line, message: "no" }]);
});

it("shows conditions as people write them, and leaves those that cannot be printed", async () => {
  const print = (tree: Record<string, unknown>): Promise<string> => (tree["op"] === "odd" ? Promise.reject(new Error("no")) : Promise.resolve("plan = 1"));
  const shown = await readable({ rules: [{ where: { op: "eq" } }, { where: { op: "odd" } }], base: 5 }, print);
  expect(shown).toEqual({ rules: [{ where: "plan = 1" }, { where: { op: "odd" } }], base: 5 });
});

it("takes the places of the server's checks, wherever the reply has them", () => {
  const refused = errorOf(422, { code: "validation_failed", message: "No.", details: { violations: [{ place: "lifecycle.rules[1].points", message: "Too much." }] } });
  const faults = refused.places().map(({ place = "", message }) => ({ place, message }));
  expect(marked(TEXT, faults)).toMatchObject([{ line: 7, message: "Too much." }]);
});
