import { describe, expect, it } from "vitest";
import { type Area, beside, clearing, covered } from "./revealing";

const VIEW: Area = { left: 0, top: 0, right: 1000, bottom: 600 };
const MAP: Area = { left: 809, top: 469, right: 985, bottom: 585 };
const TOOLS: Area = { left: 15, top: 549, right: 315, bottom: 585 };
const step = (left: number, top: number): Area => ({ left, top, right: left + 256, bottom: top + 72 });
const at = (one: Area, { x, y }: { x: number; y: number }): Area => ({ left: one.left + x, right: one.right + x, top: one.top + y, bottom: one.bottom + y });

describe("a step is covered", () => {
  it("beneath the overview map, in part as well, and outside of the view", () => {
    expect(covered(step(700, 430), VIEW, [MAP])).toBe(true);
    expect(covered(step(700, 300), VIEW, [MAP])).toBe(false);
    expect(covered(step(900, 300), VIEW, [MAP])).toBe(true);
    expect(covered(step(552, 480), VIEW, [MAP])).toBe(false);
  });
  it("beneath a panel that lies over the canvas", () => {
    const panel = { left: 600, top: 0, right: 1000, bottom: 600 };
    expect(beside(VIEW, panel)).toEqual({ ...VIEW, right: 600 });
    // What elements measure has its sides on its prototype.
    expect(beside(Object.create(VIEW) as Area, panel)).toEqual({ ...VIEW, right: 600 });
    expect(beside(VIEW, { ...panel, left: 1000, right: 1400 })).toEqual(VIEW);
    expect(covered(step(500, 100), beside(VIEW, panel), [])).toBe(true);
  });
});

describe("what is covered", () => {
  it("stays where it is when it can be seen", () => {
    expect(clearing(step(300, 200), VIEW, [MAP, TOOLS])).toEqual({ x: 0, y: 0 });
  });
  it("moves as little as it takes", () => {
    expect(clearing(step(400, 700), VIEW, [])).toEqual({ x: 0, y: -268 });
    // Beneath the map: above it or beside it, whichever is nearer.
    expect(clearing(step(600, 432), VIEW, [MAP, TOOLS])).toEqual({ x: 0, y: -79 });
    expect(clearing(step(560, 432), VIEW, [MAP, TOOLS])).toEqual({ x: -51, y: 0 });
  });
  it.each([
    [0, 700],
    [900, 560],
    [800, 470],
    [690, 500],
    [-200, -100],
    [100, 520],
  ])("is free afterwards (%i, %i)", (left, top) => {
    const one = step(left, top);
    expect(covered(at(one, clearing(one, VIEW, [MAP, TOOLS])), VIEW, [MAP, TOOLS])).toBe(false);
  });
  it("comes into view where there is no free place", () => {
    const small = { left: 0, top: 0, right: 360, bottom: 200 };
    const one = step(500, 300);
    const there = at(one, clearing(one, small, [{ left: 180, top: 60, right: 350, bottom: 190 }]));
    expect(there.right).toBe(312);
  });
});
