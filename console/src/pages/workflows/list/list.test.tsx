import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { WorkflowSummary } from "@/api/workflows";
import { type Answer, type Asked, Refused } from "@/testing/server";
import { signedIn } from "@/testing/signedIn";
import WorkflowsPage from "../WorkflowsPage";

const ROW: WorkflowSummary = {
  id: "welcome", name: "Welcome series", description: "Three mails", category: "", purpose: "marketing", status: "active", managed_by: "", rev: 4, live_version: 2, latest_version: 2, nodes: 5,
  created_at: "2026-03-01T09:00:00Z", updated_at: "2026-03-02T09:00:00Z", updated_by: "u1", published_at: "2026-03-01T10:00:00Z",
};
const STANDING = { workflow: "welcome", in_flight: 1234, in_flight_complete: true, enrolled: 2000, conversions: 500, conversion_rate: 0.25, has_goals: true, sent_7_days: 88 };

type Person = "viewer" | "editor" | "publisher";

const open = (role: Person, more: Record<string, Answer> = {}, path = "/workflows", items: readonly WorkflowSummary[] = [ROW]) =>
  signedIn(
    <WorkflowsPage />,
    {
    "GET /workflows": { items, cursor: null, total: items.length },
    "GET /analytics/workflows": { items: [STANDING] },
    "GET /team": { items: [{ id: "u1", email: "kim@example.com", name: "Kim" }] },
    ...more,
    },
    { path, role },
  );

it("says how each workflow does, and who touched it last", async () => {
  await open("publisher");
  const row = (await screen.findByText("Welcome series")).closest("tr");
  if (row === null) throw new Error("no row");
  expect(await within(row).findByText("1.2K")).toBeTruthy();
  expect(within(row).getByText("25%")).toBeTruthy();
  expect(await within(row).findByText("Kim")).toBeTruthy();
  expect(within(row).getByText("Unpublished changes")).toBeTruthy();
});

it("asks the server for what the filters say", async () => {
  const { asked } = await open("viewer", {}, "/workflows?status=paused&purpose=transactional&sort=name&order=asc");
  await screen.findByText("Welcome series");
  expect(asked.find((one) => one.path === "/workflows")?.query).toMatchObject({ status: "paused", purpose: "transactional", sort: "name", order: "asc" });
});

it("teaches what a workflow is where there is none", async () => {
  await open("editor", {}, "/workflows", []);
  expect(await screen.findByText("Your first workflow")).toBeTruthy();
});

it("gives a second workflow of the same name an id of its own", async () => {
  const ids: string[] = [];
  await open("editor", {
    "POST /workflows": ({ body }: Asked) => {
      const { id } = (body as { workflow: { id: string } }).workflow;
      ids.push(id);
      return id === "welcome_series" ? new Refused(409, "workflow_exists", "Taken.") : { ...ROW, id };
    },
  });
  await screen.findByText("Welcome series");
  await waitFor(() => expect(screen.getByRole("button", { name: "New workflow" }).hasAttribute("data-disabled")).toBe(false));
  await userEvent.click(screen.getByRole("button", { name: "New workflow" }));
  await userEvent.type(await screen.findByRole("textbox", { name: "Name" }), "Welcome series");
  await userEvent.click(screen.getByRole("button", { name: "Create and open" }));
  await waitFor(() => expect(ids).toHaveLength(2));
  expect(ids[1]).toMatch(/^welcome_series_[a-z0-9]{4}$/);
});

it("asks how to pause, and pauses so", async () => {
  const { asked } = await open("publisher", { "POST /workflows/welcome/pause": { ...ROW, status: "paused_discard" } });
  await userEvent.click(await screen.findByRole("button", { name: "Actions for Welcome series" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Pause …" }));
  await userEvent.click(await screen.findByRole("radio", { name: "Discard them" }));
  await userEvent.click(screen.getByRole("button", { name: "Pause" }));
  await waitFor(() => expect(asked.find((one) => one.method === "POST")?.body).toEqual({ discard: true }));
});
