import { describe, expect, it } from "vitest";
import { mappingText, nextStep, type Preview, suggestions } from "./data";

const PREVIEW: Preview = {
  workflow: "w", name: "W", rev: 3, live_version: 1,
  checks: { valid: true, publishable: true, violations: [] },
  review: { workflow: "w", name: "W", rev: 3, required: false, state: "none", reviewed_rev: null, asked_by: "", asked_at: null, note: "", decided_by: "", decided_at: null, comment: "", may_decide: false, may_publish: true },
  entries: [],
  cost: { contacts: 0, messages_each: 0, messages: 0, usd_per_message: 0, usd: 0, assumption: "" },
  in_flight: { choice: "migrate", contacts: 4, complete: true, stay: 4, move: 0, end: 0, nodes: [], targets: ["three_days", "later", "mail"] },
  diff: {
    old: 1, new: 0, changed: [], edges: [], settings: [], lines: [],
    removed: [{ node: "two_days", type: "delay_action", name: "Two days" }, { node: "gone", type: "email_send", name: "Gone" }],
    added: [{ node: "later", type: "delay_action", name: "Later" }, { node: "three_days", type: "delay_action", name: "Three days" }],
  },
};
const EDITOR = { edit: true, publish: false };
const PUBLISHER = { edit: true, publish: true };
const reviewed = (part: Partial<Preview["review"]>): Preview => ({ ...PREVIEW, review: { ...PREVIEW.review, ...part } });

it("suggests an added step of the same kind, the one that is called most alike", () => {
  expect(suggestions(PREVIEW)).toEqual({ two_days: "three_days" });
  expect(suggestions({ ...PREVIEW, diff: null })).toEqual({});
});

it("writes the mapping as the API reads it, without those who stay", () => expect(mappingText({ a: "b", c: "", d: "e" })).toBe("a:b,d:e"));

describe("what comes next", () => {
  it.each([
    ["errors block everybody", { ...PREVIEW, checks: { ...PREVIEW.checks, publishable: false } }, PUBLISHER, "blocked"],
    ["a publisher publishes", PREVIEW, PUBLISHER, "publish"],
    ["an editor asks", PREVIEW, EDITOR, "ask"],
    ["a viewer does nothing", PREVIEW, { edit: false, publish: false }, "no_right"],
    ["where a review is needed, a publisher asks too", reviewed({ required: true, may_publish: false }), PUBLISHER, "ask"],
    ["who asked waits", reviewed({ required: true, may_publish: false, state: "pending" }), PUBLISHER, "wait"],
    ["who may decide decides", reviewed({ required: true, may_publish: false, state: "pending", may_decide: true }), PUBLISHER, "decide"],
    ["what was approved is published", reviewed({ required: true, may_publish: true, state: "approved" }), PUBLISHER, "publish"],
    ["edits make an approval void", reviewed({ required: true, may_publish: false, state: "outdated" }), PUBLISHER, "ask"],
  ] as const)("%s", (_, preview, may, step) => expect(nextStep(preview, may)).toBe(step));
});
