import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { useContact, type Contact } from "@/api/contacts";
import { Refused, type Answer } from "@/testing/server";
import { signedIn } from "@/testing/signedIn";
import { AttributesTab } from "./AttributesTab";
import { ConsentTab } from "./ConsentTab";
import { IdentityTab } from "./IdentityTab";
import { PrivacyTab } from "./PrivacyTab";
import { ScoresTab } from "./ScoresTab";
import { TimelineTab } from "./TimelineTab";
import { WorkflowsTab } from "./WorkflowsTab";

const none = { items: [], cursor: null, total: 0 };
const contact: Contact = {
  id: "p1",
  email: "ada@x.org",
  user_id: "u1",
  traits: { email: "ada@x.org", age: 36 },
  first_seen: null,
  last_seen: null,
  fields: { email: "ada@x.org", age: 36, lead_score: 360 },
  attributes: [{ name: "age", value: 36, source: "shop", told_at: "2026-01-01T00:00:00Z" }],
  segments: [],
  memberships: [],
  anonymous_ids: [],
  aliases: [],
  recent_events: [],
  consent: { "email:marketing": "denied" },
  suppressed: "",
  last_sends: [],
};
const age = { name: "age", family: "demographic", type: "number", rule: "latest", sources: [], choices: [], pii: false, retention_days: null, consent: null, built_in: true, replaces_built_in: false };

/** A tab as the page shows it: with the contact of the query, so that changes are seen. */
function Live({ tab: Tab }: { tab: (props: { contact: Contact }) => React.ReactNode }) {
  const found = useContact("p1");
  return found.data ? <Tab contact={found.data} /> : null;
}

const open = (tab: (props: { contact: Contact }) => React.ReactNode, answers: Record<string, Answer>, path = "/", role: "editor" | "viewer" | "admin" = "editor") =>
  signedIn(<Live tab={tab} />, { "GET /contacts/p1": contact, ...answers }, { path, role });

describe("attributes", () => {
  it("say who told them, and are changed by the type that they have", async () => {
    const { asked } = await open(AttributesTab, { "GET /attributes": { ...none, items: [age] }, "POST /contacts": { ids: ["p1"] } });
    expect(await screen.findByText("shop")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Computed" })).toBeTruthy();
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Change age" }));
    const form = within(await screen.findByRole("dialog"));
    const input = form.getByLabelText("Value");
    await user.clear(input);
    await user.type(input, "37");
    await user.click(form.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(asked.find((one) => one.method === "POST")?.body).toEqual({ contacts: [{ email: "", user_id: "u1", traits: { age: 37 } }] }));
  });
});

describe("consent", () => {
  it("changes at once, and goes back when the server refuses", async () => {
    let refuse: (refusal: Refused) => void = () => undefined;
    const refusal = new Promise<Refused>((resolve) => {
      refuse = resolve;
    });
    const { asked } = await open(ConsentTab, { "GET /contacts/p1/consents": none, "PUT /contacts/p1/consent": () => refusal });
    const row = within(await screen.findByRole("radiogroup", { name: "E-mail, Marketing" }));
    const granted = () => row.getByRole<HTMLInputElement>("radio", { name: "Granted" }).checked;
    const user = userEvent.setup();
    await user.click(row.getByText("Granted"));
    // Nothing is granted without a proof.
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByRole("button", { name: "Granted" }).hasAttribute("disabled")).toBe(true);
    await user.type(dialog.getByLabelText(/Where/), "At the till");
    await user.click(dialog.getByRole("button", { name: "Granted" }));
    await waitFor(() => expect(granted()).toBe(true));
    refuse(new Refused(409, "conflict", "Somebody else."));
    await waitFor(() => expect(granted()).toBe(false));
    expect(asked.find((one) => one.method === "PUT")?.body).toEqual({ channel: "email", purpose: "marketing", consent: "granted", source: "At the till", how: "told", wording: "" });
  });

  it("says why an address gets no mail; only administrators lift that", async () => {
    const told = { "GET /contacts/p1": { ...contact, suppressed: "hard_bounce" }, "GET /contacts/p1/consents": none };
    await open(ConsentTab, told);
    expect(await screen.findByText("This address gets no mail: hard_bounce")).toBeTruthy();
    await waitFor(() => expect(screen.getByRole("button", { name: "Lift suppression" }).getAttribute("aria-disabled")).toBe("true"));
  });
});

describe("the timeline", () => {
  it("names the step of a click, and no visit", async () => {
    const properties = { workflow: "welcome", version: 2, enrollment: "e1", node: "hi", visit: "2d9f0b", url: "https://example.org" };
    const clicked = { at: "2026-03-01T10:00:00Z", name: "email_clicked", properties, source: "", kept_in: "profile", id: "" };
    const sent = { workflow: "welcome", version: 2, node: "hi", name: "Say hello", channel: "email", profile: "p1", enrollment: "e1", outcome: "sent", reason: "", at: "2026-03-01T09:00:00Z", run: "r" };
    await open(TimelineTab, {
      "GET /messages": { ...none, items: [sent] },
      "GET /contacts/p1/enrollments": none,
      "GET /contacts/p1/timeline": { contact: "p1", items: [clicked], state: "done", query: "", before: null },
    });
    expect(await screen.findByText("Step: Say hello · url: https://example.org")).toBeTruthy();
  });

  it("asks the archive only on request, and again while it is still looking", async () => {
    const newest = { at: "2026-03-01T10:00:00Z", name: "email_opened", properties: { machine_rule: "prefetch" }, source: "", kept_in: "profile", id: "" };
    const older = { ...newest, at: "2026-01-01T10:00:00Z", name: "signed_up", properties: {}, kept_in: "lake", id: "m1", source: "shop" };
    let calls = 0;
    const { asked } = await open(TimelineTab, {
      "GET /messages": none,
      "GET /contacts/p1/enrollments": none,
      "GET /contacts/p1/timeline": ({ query }: { query: Record<string, string> }) => {
        if (query["older"] !== "true") return { contact: "p1", items: [newest], state: "done", query: "", before: null };
        calls += 1;
        return calls === 1 ? { contact: "p1", items: [], state: "still_running", query: "q7", before: null } : { contact: "p1", items: [older], state: "done", query: "q7", before: null };
      },
    });
    expect(await screen.findByText("E-mail opened")).toBeTruthy();
    expect(screen.getByText("Machine")).toBeTruthy();
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Look for older events" }));
    await user.click(await screen.findByRole("button", { name: "Ask again" }));
    expect(await screen.findByText("signed_up")).toBeTruthy();
    const last = asked.filter((one) => one.query["older"] === "true").at(-1)?.query;
    expect(last).toMatchObject({ before: "2026-03-01T10:00:00Z", query: "q7" });
  });
});

describe("scores", () => {
  it("are explained and adjusted with a reason", async () => {
    const score = { model: "lead", version: 1, score: 360, base: 100, band: "medium", lines: [{ rule: "r", group: "", event: "purchase", times: 2, weight: 130, points: 260, limited: true }], clipped: 0, last_at: null, in_a_month: 347 };
    const bands = [{ id: "medium", threshold: 300 }, { id: "high", threshold: 500 }];
    const { asked } = await open(ScoresTab, {
      "GET /contacts/p1/scores": { contact: "p1", scores: [score] },
      "GET /scoring/models/lead": { id: "lead", name: "Lead score", model: { bands } },
      "POST /contacts/p1/scores/lead/adjust": score,
    });
    expect(await screen.findByText("purchase")).toBeTruthy();
    expect(await screen.findByText(/140 points to “high”/)).toBeTruthy();
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Adjust" }));
    const form = within(await screen.findByRole("dialog"));
    expect(form.getByRole<HTMLButtonElement>("button", { name: "Adjust" }).disabled).toBe(true);
    await user.type(form.getByLabelText("Reason"), "Fair");
    await user.click(form.getByRole("button", { name: "Adjust" }));
    await waitFor(() => expect(asked.find((one) => one.method === "POST")?.body).toEqual({ points: 10, reason: "Fair" }));
  });
});

describe("workflows", () => {
  it("explain themselves and can be ended", async () => {
    const enrollment = { workflow: "welcome", workflow_name: "Welcome series", enrollment: "e1", profile: "p1", version: 2, state: "PARKED", node: "wait", node_name: "Wait a while", hold: "", entered_at: "2026-01-01T00:00:00Z", due: null, end_reason: "" };
    const step = { node: "hi", name: "Say hello", type: "send_email", at: "2026-01-01T00:00:00Z", outcome: "sent", sentence: "`Say hello` was sent.", reason: "", due: null, version: 2, loop: "", branch: "", run: "r", entered: false };
    const journey = { enrollment: "e1", version: 2, entered_at: "2026-01-01T00:00:00Z", state: "PARKED", node: "wait", sentence: "It waits.", standing: "waits_events", place: "Wait a while", due: "2026-01-03T00:00:00Z", waits_for: ["purchase"], end_reason: "", steps: [step] };
    const { asked } = await open(WorkflowsTab, {
      "GET /contacts/p1/enrollments": { ...none, items: [enrollment] },
      "GET /workflows/welcome/explain/p1": { workflow: "welcome", profile: "p1", sentence: "Is in it.", journeys: [journey], why_not: [] },
      "POST /workflows/welcome/exit/p1": { ended: ["e1"] },
    });
    const user = userEvent.setup();
    expect((await screen.findByRole("link", { name: "Welcome series" })).getAttribute("href")).toBe("/workflows/welcome");
    expect(screen.getByRole("cell", { name: "Wait a while" })).toBeTruthy();
    await user.click(await screen.findByRole("button", { name: "Explain" }));
    expect(await screen.findByText("“Say hello” was sent.")).toBeTruthy();
    expect(screen.getAllByText(/It waits at “Wait a while” for purchase/)[0]).toBeTruthy();
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "End" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Take the contact out of Welcome series?" }));
    await user.click(dialog.getByRole("button", { name: "End" }));
    await waitFor(() => expect(asked.some((one) => one.path === "/workflows/welcome/exit/p1")).toBe(true));
  });
});

describe("identity", () => {
  it("shows what a merge would keep before it is done", async () => {
    const side = { id: "p1", email: "", user_id: "", traits: {}, first_seen: null, last_seen: null };
    const preview = { winner: { ...side, traits: { plan: "pro" } }, loser: { ...side, id: "p2", traits: { plan: "free", city: "Rome" } }, result: { ...side, traits: { plan: "pro", city: "Rome" } }, consent: {}, against: [], replaced: [], dropped: ["plan"] };
    const { asked } = await open(IdentityTab, { "GET /merges": none, "GET /contacts/p1/merge-preview": preview, "POST /contacts/p1/merge": { contact: preview.winner, merge: null } }, "/?merge=p2");
    const dialog = within(await screen.findByRole("dialog"));
    expect((await dialog.findByText("free")).className).toContain("lost");
    expect(asked.some((one) => one.method === "POST")).toBe(false);
    await userEvent.setup().click(dialog.getByRole("button", { name: "Merge" }));
    await waitFor(() => expect(asked.find((one) => one.method === "POST")?.body).toEqual({ with: "p2" }));
  });
});

describe("privacy", () => {
  const preview = { contact: "p1", deleted: { profile: 1, nothing: 0 }, suppressed: ["email"], remains: [{ what: "Backups", until: "35 days" }] };
  it("erases only after the address was typed", async () => {
    const erased: string[] = [];
    const Tab = (props: { contact: Contact }) => <PrivacyTab {...props} onErased={(job) => erased.push(job)} />;
    const { asked } = await open(Tab, { "GET /contacts/p1/erasure": preview, "POST /contacts/p1/erasure": { erasure: "x", job: "j1", state: "running" } }, "/", "admin");
    const user = userEvent.setup();
    await waitFor(() => expect(screen.getByRole("button", { name: "Erase contact" }).getAttribute("aria-disabled")).toBeNull());
    expect(asked.some((one) => one.path.endsWith("/erasure"))).toBe(false);
    await user.click(screen.getByRole("button", { name: "Erase contact" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("profile: 1")).toBeTruthy();
    const button = dialog.getByRole<HTMLButtonElement>("button", { name: "Erase for good" });
    expect(button.disabled).toBe(true);
    await user.type(dialog.getByLabelText("Type “ada@x.org” to confirm"), "ada@x.org");
    await user.click(button);
    await waitFor(() => expect(erased).toEqual(["j1"]));
  });

  it("is for administrators", async () => {
    await open((props) => <PrivacyTab {...props} onErased={() => undefined} />, {}, "/", "viewer");
    expect((await screen.findByRole("button", { name: "Erase contact" })).getAttribute("aria-disabled")).toBe("true");
  });
});
