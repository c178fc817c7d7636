import { expect, it } from "vitest";
import { countsOf, dropOff, type LiveNode, mailRate, totalOf } from "./data";

const node = (id: string, part: Partial<LiveNode>): LiveNode => ({
  node: id, drawn_node: id, name: id, type: "delay_action", arrived: 0, waiting: 0, passed: 0, sent: 0, skipped: 0, failed: 0, ended: 0, outcomes: {}, reasons: {}, mail: {}, reach_rate: null, dropped: 0, ...part,
});

it("shows a message by what was sent, other steps by who went on", () => {
  const counts = countsOf([node("mail", { passed: 12, sent: 10, skipped: 2, outcomes: { sent: 10, skipped: 2 } }), node("wait", { passed: 5, waiting: 7 })]);
  expect(counts.get("mail")).toEqual({ waiting: 0, sent: 10, skipped: 2, failed: 0 });
  expect(counts.get("wait")).toEqual({ waiting: 7, sent: 0, skipped: 0, failed: 0, passed: 5 });
});

it("adds the parts of a composite up at the step as it is drawn", () => {
  const counts = countsOf([node("series_1", { drawn_node: "series", sent: 4, waiting: 1, passed: 4 }), node("series_2", { drawn_node: "series", sent: 3, waiting: 2, passed: 3 })]);
  expect(counts.get("series")).toEqual({ waiting: 3, sent: 7, skipped: 0, failed: 0 });
});

it("finds where most leave, and lets ends be ends", () => {
  const nodes = [node("a", { dropped: 1 }), node("b", { dropped: 3, failed: 2 }), node("bye", { type: "exit", dropped: 90 }), node("c", {})];
  expect(dropOff(nodes).map((one) => one.node)).toEqual(["b", "a"]);
});

it("reckons rates of what was delivered", () => {
  const nodes = [node("a", { sent: 9, mail: { delivered: 8, opened: 2 } }), node("b", { sent: 2, mail: { delivered: 2, opened: 3 } })];
  expect([totalOf(nodes, "sent"), mailRate(nodes, "opened"), mailRate([], "clicked")]).toEqual([11, 0.5, null]);
});
