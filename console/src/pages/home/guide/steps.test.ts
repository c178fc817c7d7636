import { expect, it } from "vitest";
import { nextStep, standingOf, type Found } from "./steps";

const nothing: Found = { identities: [], templates: 0, workflows: [], contacts: [], events: 0, sent: 0 };

it("begins with the sender, and ticks what is really there", () => {
  expect(nextStep(standingOf(nothing).done)).toBe("sender");
  const { done, newest } = standingOf({ ...nothing, identities: [{ verified: true, default_sender: true }], templates: 2, workflows: [{ id: "welcome", live_version: 0 }] });
  expect(done).toEqual({ sender: true, message: true, draw: true, publish: false, event: false, sent: false });
  expect(nextStep(done)).toBe("publish");
  expect(newest).toBe("welcome");
});

it("takes a domain for verified only when the default sender uses it", () => {
  expect(standingOf({ ...nothing, identities: [{ verified: true, default_sender: false }] }).done.sender).toBe(false);
  expect(standingOf({ ...nothing, identities: [{ verified: false, default_sender: true }] }).done.sender).toBe(false);
});

it("does not take an imported contact for an event", () => {
  expect(standingOf({ ...nothing, contacts: [{ last_seen: null }] }).done.event).toBe(false);
  expect(standingOf({ ...nothing, contacts: [{ last_seen: "2026-03-02T09:00:00Z" }] }).done.event).toBe(true);
});

it("ends when everything is there", () => {
  const { done } = standingOf({ identities: [{ verified: true, default_sender: true }], templates: 1, workflows: [{ id: "a", live_version: 1 }], contacts: [], events: 1, sent: 1 });
  expect(nextStep(done)).toBeUndefined();
});
