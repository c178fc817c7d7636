import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { WorkflowDraft } from "../api";
import { CATALOGUE, WELCOME } from "../testing/graphs";
import { BuilderProvider } from "../store/context";
import { createBuilder } from "../store/store";
import { toDocument } from "../model/document";
import { type Answer, Refused } from "@/testing/server";
import { signedIn } from "@/testing/signedIn";
import type { Preview } from "./data";
import { PublishDialog } from "./PublishDialog";

const DRAFT = { id: "welcome", name: "Welcome", rev: 7, live_version: 1, latest_version: 1, status: "active", workflow: toDocument(WELCOME) } as unknown as WorkflowDraft;
const PREVIEW: Preview = {
  workflow: "welcome", name: "Welcome", rev: 7, live_version: 1,
  checks: { valid: true, publishable: true, violations: [] },
  review: { workflow: "welcome", name: "Welcome", rev: 7, required: false, state: "none", reviewed_rev: null, asked_by: "", asked_at: null, note: "", decided_by: "", decided_at: null, comment: "", may_decide: false, may_publish: true },
  entries: [{ trigger: "signed_up", type: "event_trigger", events: ["customer_signup"], basis: "past", contacts: 120, sample: 120, complete: true, days: 30, refused: {} }],
  cost: { contacts: 120, messages_each: 3, messages: 360, usd_per_message: 0.000106, usd: 0.038, assumption: "" },
  in_flight: { choice: "drain", contacts: 4, complete: true, stay: 4, move: 0, end: 0, nodes: [{ version: 1, node: "old_wait", contacts: 4, target: null, does: "stay" }], targets: ["morning", "hello"] },
  diff: { old: 1, new: 0, changed: [], edges: [], settings: [], lines: [], removed: [{ node: "old_wait", type: "delay_action", name: "" }], added: [{ node: "morning", type: "delay_action", name: "" }] },
};
const openNode = vi.fn();

const open = (role: "editor" | "publisher", preview: Preview, answers: Record<string, Answer> = {}) =>
  signedIn(
    <BuilderProvider store={createBuilder({ graph: WELCOME, catalogue: CATALOGUE })}>
      <PublishDialog draft={DRAFT} opened onClose={() => undefined} openNode={openNode} />
    </BuilderProvider>,
    { "GET /team": { items: [] }, "GET /workflows/welcome/publish-preview": preview, ...answers },
    { role },
  );

it("moves contacts of a removed step to the one that it suggests, and publishes so", async () => {
  const { asked } = await open("publisher", PREVIEW, {
    "POST /workflows/welcome/publish": { workflow: DRAFT, version: 2, machine: "", warnings: [], schedules: [], moving: { choice: "migrate", versions: [1], nodes: {}, unmapped: {}, jobs: ["j"] }, dry_run: false },
  });
  await userEvent.click(await screen.findByRole("radio", { name: /Move them/ }));
  await waitFor(() => expect(asked.some((one) => one.query["in_flight"] === "migrate" && one.query["nodes"] === "old_wait:morning")).toBe(true));
  // A step that is gone is called by what it did.
  expect(screen.getByRole("combobox", { name: "Where those at Delay go on" })).toBeTruthy();
  await userEvent.type(screen.getByRole("textbox", { name: "What changed?" }), "Longer wait");
  await waitFor(() => expect(screen.getByRole("button", { name: "Publish changes" })).toHaveProperty("disabled", false));
  await userEvent.click(screen.getByRole("button", { name: "Publish changes" }));
  expect(await screen.findByText("Version 2 is live")).toBeTruthy();
  expect(asked.find((one) => one.method === "POST")?.body).toEqual({ rev: 7, note: "Longer wait", in_flight: "migrate", nodes: { old_wait: "morning" }, dry_run: false });
});

it("is blocked by errors, and leads to their step", async () => {
  const violations = [{ code: "bad_condition", message: "`plan` is no field.", node: "opened", place: "config.condition", severity: "error" as const }];
  await open("publisher", { ...PREVIEW, checks: { valid: true, publishable: false, violations } });
  expect(await screen.findByText("1 error keeps it from being published")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Publish changes" })).toHaveProperty("disabled", true);
  await userEvent.click(screen.getByRole("button", { name: "Show" }));
  expect(openNode).toHaveBeenCalledWith("opened");
});

it("lets who may not publish ask for a review", async () => {
  const { asked } = await open("editor", PREVIEW, { "POST /workflows/welcome/review": { ...PREVIEW.review, state: "pending" } });
  await userEvent.click(await screen.findByRole("button", { name: "Ask for review" }));
  await waitFor(() => expect(asked.find((one) => one.method === "POST")?.body).toEqual({ rev: 7, note: "" }));
  expect(screen.queryByRole("button", { name: "Publish changes" })).toBeNull();
});

it("says why it was not accepted, and stays", async () => {
  await open("publisher", PREVIEW, { "POST /workflows/welcome/publish": () => new Refused(409, "changed", "Kim changed the draft meanwhile.") });
  await userEvent.click(await screen.findByRole("button", { name: "Publish changes" }));
  expect(await screen.findByText("Kim changed the draft meanwhile.")).toBeTruthy();
});

it("shows who approved", async () => {
  await open("publisher", { ...PREVIEW, review: { ...PREVIEW.review, required: true, state: "outdated", may_publish: false, asked_by: "kim@example.com", asked_at: "2026-03-02T09:00:00Z", decided_by: "lee@example.com", decided_at: "2026-03-02T10:00:00Z", comment: "Good." } });
  expect(await screen.findByText("Review is void")).toBeTruthy();
  expect(screen.getByText(/Decided by lee@example.com/)).toBeTruthy();
  expect(screen.getByText("Good.")).toBeTruthy();
});
