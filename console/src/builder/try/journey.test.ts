import { describe, expect, it } from "vitest";
import { fromDocument } from "../model/document";
import { doneBy, inWords, leaves, lengthOf, lightOf, momentOf, stopsOf, type Tried, type TryStep } from "./journey";

const START = Date.parse("2026-03-02T09:00:00Z");
const day = (days: number): string => new Date(START + days * 86_400_000).toISOString();
const step = (node: string, from: number, to: number, outcome: string, more: Partial<TryStep> = {}): TryStep => ({
  node, drawn_node: node, name: node, type: "", at: day(to), arrived_at: day(from), branch: "", loop: "", outcome, reason: "", explanation: "", conditions: [], wait: null, bucket: null, message: null, ...more,
});
const GRAPH = fromDocument({
  nodes: ["start", "hello", "wait", "check", "pro", "free"].map((id) => ({ id, type: "x" })),
  edges: [
    { source: "start", outcome: "next", target: "hello" },
    { source: "hello", outcome: "sent", target: "wait" },
    { source: "wait", outcome: "next", target: "check" },
    { source: "check", outcome: "true", target: "pro" },
    { source: "check", outcome: "false", target: "free" },
  ],
});
const TRIED: Tried = {
  workflow: "w", trigger: "start", started_at: day(0), ended_at: day(2), end_reason: "completed", cut_off: false, standing: [], messages: [], goals: [], traits: {},
  steps: [step("hello", 0, 0, "skipped"), step("wait", 0, 2, "next"), step("check", 2, 2, "false"), step("free", 2, 2, "sent")],
};

describe("a tried journey", () => {
  it("stops where something happens", () => expect(stopsOf(TRIED)).toEqual([0, 172_800]));

  it("lights up the path so far, and nothing of the future", () => {
    const { marks, wayMarks } = lightOf(GRAPH, TRIED, momentOf(TRIED, 0));
    expect(Object.fromEntries(marks)).toEqual({ start: "went", hello: "went", wait: "stands", check: "beside", pro: "beside", free: "beside" });
    // It was skipped and there is no way for that: it follows the primary one.
    expect([...wayMarks].filter(([, mark]) => mark === "went").map(([key]) => key)).toHaveLength(2);
    expect(doneBy(TRIED, momentOf(TRIED, 0)).map((one) => one.node)).toEqual(["hello"]);
  });

  it("takes the way that was decided for", () => {
    const { marks, wayMarks } = lightOf(GRAPH, TRIED, momentOf(TRIED, 172_800));
    expect(marks.get("free")).toBe("went");
    expect(marks.get("pro")).toBe("beside");
    expect([...wayMarks.values()].filter((mark) => mark === "beside")).toHaveLength(1);
  });

  it("shows where the contact still stands", () => {
    const standing = [{ node: "wait", drawn_node: "wait", name: "", type: "", branch: "", since: day(0), until: null, why: "" }];
    const { marks } = lightOf(GRAPH, { ...TRIED, steps: TRIED.steps.slice(0, 1), standing, ended_at: null }, momentOf(TRIED, 0));
    expect(marks.get("wait")).toBe("stands");
  });
});

it("names the comparisons of a condition, not the words between", () => {
  const leaf = (text: string) => ({ op: "compare", text, result: true, observed: [], children: [] });
  const both = { op: "and", text: "a and b", result: true, observed: [], children: [leaf("a"), { op: "not", text: "not b", result: true, observed: [], children: [leaf("b")] }] };
  expect(leaves([both]).map((one) => one.text)).toEqual(["a", "b"]);
});

it("says the server's sentences to people", () => {
  expect(inWords("waits for `bought`, until 2027-01-23T13:07:05.000Z at most", () => "Saturday")).toBe("Waits for “bought”, until Saturday at most");
});

it("says how far into the journey", () => {
  expect(lengthOf(2 * 86_400 + 3 * 3_600 + 60, "en")).toBe("2 days 3 hr");
  expect(lengthOf(0, "en")).toBe("0 min");
});
