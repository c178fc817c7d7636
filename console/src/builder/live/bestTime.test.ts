import { expect, it } from "vitest";
import { compared, type MessageTimes, verdictOf } from "./bestTime";

const ARM = { sent: 1000, opened: 300, clicked: 40 };
const GAIN = { difference: 0.04, low: 0.012, high: 0.068 };

function times(changes: Partial<MessageTimes> = {}): MessageTimes {
  return { node: "news", wait: "news_best_time", control: 10, best_time: ARM, control_group: ARM, open_gain: GAIN, click_gain: GAIN, ...changes };
}

it("says that it is too early, with the numbers", () => {
  const none = { sent: 0, opened: 0, clicked: 0 };
  expect(verdictOf(times({ best_time: none, control_group: none, open_gain: null, click_gain: null }), "opened")).toEqual({ kind: "nobody" });
  expect(verdictOf(times({ control_group: none, open_gain: null }), "opened")).toEqual({ kind: "few", best: 1000, control: 0 });
  expect(verdictOf(times({ control_group: { ...ARM, sent: 99 } }), "opened")).toEqual({ kind: "few", best: 1000, control: 99 });
});

it("says between which points the difference lies", () => {
  expect(verdictOf(times(), "opened")).toEqual({ kind: "more", low: 1.2, high: 6.8 });
  expect(verdictOf(times({ click_gain: { difference: -0.03, low: -0.05, high: -0.01 } }), "clicked")).toEqual({ kind: "fewer", low: 1, high: 5 });
  expect(verdictOf(times({ open_gain: { difference: 0.01, low: -0.02, high: 0.04 } }), "opened")).toEqual({ kind: "level", low: 2, high: 4 });
});

it("takes an end that reads as zero for no difference", () => {
  expect(verdictOf(times({ open_gain: { difference: 0.01, low: 0.0002, high: 0.02 } }), "opened")).toEqual({ kind: "level", low: 0, high: 2 });
});

it("compares clicks alone where nothing is told of opens", () => {
  expect(compared(times())).toEqual(["opened", "clicked"]);
  const quiet = { ...ARM, opened: 0 };
  expect(compared(times({ best_time: quiet, control_group: quiet }))).toEqual(["clicked"]);
});
