import { expect, it } from "vitest";
import { formatOf, sizeText } from "./files";
import { PLAIN, columnsOf, problemsOf, shareOf, specOf, targetsOf } from "./mapping";

const mail = { source: "E-Mail", to: "email" };

it("says what keeps an import from starting", () => {
  expect(problemsOf("profiles", [mail], PLAIN)).toEqual([]);
  expect(problemsOf("profiles", [{ source: "City", to: "city" }], PLAIN)).toEqual(["nobody"]);
  expect(problemsOf("profiles", [mail, { source: "Mail 2", to: "email " }], PLAIN)).toEqual(["twice"]);
  expect(problemsOf("events", [mail], PLAIN)).toEqual(["event", "time"]);
  expect(problemsOf("events", [mail, { source: "at", to: "timestamp" }], { ...PLAIN, event: "purchase" })).toEqual([]);
  expect(problemsOf("profiles", [mail], { ...PLAIN, force_consent: true, reason: "short" })).toEqual(["reason"]);
  expect(problemsOf("pinpoint", [], PLAIN)).toEqual([]);
});

it("sends only options that say something", () => {
  expect(specOf([mail], PLAIN)).toEqual({ columns: [mail], options: { update: "overwrite", trigger: false, force_consent: false } });
  expect(specOf([], { ...PLAIN, segment: "vip", identify_by: "email", reason: "not asked" }).options).toEqual({ update: "overwrite", trigger: false, force_consent: false, segment: "vip", identify_by: "email" });
});

it("keeps what was chosen and suggests the rest", () => {
  const preview = { header: ["Mail", "Note"], written: {}, bytes: 1, columns: [{ source: "Mail", to: "email" }], rows: [], missing: [] };
  expect(columnsOf(preview, null)).toEqual([{ source: "Mail", to: "email" }, { source: "Note", to: "" }]);
  expect(columnsOf(preview, [{ source: "Mail", to: "" }, { source: "Note", to: "note" }])).toEqual([{ source: "Mail", to: "" }, { source: "Note", to: "note" }]);
});

it("offers consents to contacts and names to events", () => {
  expect(targetsOf("profiles", ["email", "city"])).toMatchObject({ fields: ["city"] });
  expect(targetsOf("profiles", []).more).toContain("consent.email");
  expect(targetsOf("events", []).more).toContain("event");
});

it("knows files by their names, and their sizes", () => {
  expect([formatOf("a.CSV"), formatOf("a.jsonl"), formatOf("a.parquet"), formatOf("people")]).toEqual(["csv", "ndjson", "parquet", "csv"]);
  expect(sizeText(1536, "en")).toBe("1.5 kB");
  expect(sizeText(0, "en")).toBe("0 byte");
});

it("does not guess how far it is", () => {
  expect(shareOf({ rows: 50, total: 200, state: "working" })).toBe(0.25);
  expect(shareOf({ rows: 0, total: null, state: "planning" })).toBeNull();
  expect(shareOf({ rows: 0, total: 0, state: "done" })).toBe(1);
});
