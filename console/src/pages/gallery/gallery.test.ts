import { describe, expect, it } from "vitest";
import { durationOf, familyOf } from "./families";
import { drawn } from "./shape";

const node = (id: string) => ({ id, type: "email_send", name: "" });
const edge = (source: string, target: string) => ({ source, outcome: "next", target });

describe("the small picture", () => {
  it("puts steps after those that lead to them, and branches beside each other", () => {
    const picture = drawn({ nodes: ["a", "b", "c", "d"].map(node), edges: [edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")] });
    const at = Object.fromEntries(picture.spots.map((spot) => [spot.id, [spot.column, spot.row]]));
    expect(at).toEqual({ a: [0, 0], b: [1, -0.5], c: [1, 0.5], d: [2, 0] });
    expect([picture.columns, picture.rows, picture.ways.length]).toEqual([3, 2, 4]);
  });

  it("bears loops, islands and nothing at all", () => {
    expect(drawn({ nodes: ["a", "b"].map(node), edges: [edge("a", "b"), edge("b", "a")] }).columns).toBe(2);
    expect(drawn({ nodes: [node("a")], edges: [edge("a", "gone")] }).ways).toEqual([]);
    expect(drawn({ nodes: [], edges: [] }).spots).toEqual([]);
  });
});

it("reads families and durations", () => {
  expect([familyOf("social"), familyOf("new")]).toEqual(["social", "other"]);
  expect([durationOf("14_days"), durationOf("1_week"), durationOf("")]).toEqual([{ count: 14, unit: "days" }, { count: 1, unit: "weeks" }, null]);
});
