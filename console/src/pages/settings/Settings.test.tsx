import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import type { Config } from "@/api/config";
import type { Auth } from "@/session/auth";
import { Session } from "@/session/session";
import { SessionProvider } from "@/session/SessionContext";
import { useMeQuery } from "@/session/me";
import { Safety } from "./general/Safety";
import { Teams } from "./general/Teams";
import { DocumentEditor } from "./documents/DocumentEditor";
import { dayStart } from "./people/Audit";
import { channelsOf } from "./sending/Channels";
import { standing } from "./sending/Sending";
import { Sources } from "./sources/Sources";
import { replaceable } from "./environments/Environments";

afterEach(() => vi.restoreAllMocks());

const WORKSPACE = {
  tenant: "acme", name: "Shop", time_zone: "UTC", sender: "Shop <a@b.example>", reply_to: "", postal_address: "", allowlist: null, send_rate: 0,
  teams: {}, api_hosts: [], marketing_opt_in: false, test_addresses: [], approvals: { required: false, by: "publisher", self_approval: false }, stopped: false,
};

/** The API as the page sees it: replies by method and path; what was sent is kept. */
function server(role: string, replies: Record<string, unknown>): { method: string; path: string; body: unknown }[] {
  const sent: { method: string; path: string; body: unknown }[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    if (request.method !== "GET") sent.push({ method: request.method, path, body: await request.json().catch(() => null) });
    const all: Record<string, unknown> = { "GET /me": { actor: "kim", email: "kim@b.example", tenant: "acme", role, mfa: { required: false, enrolled: true } }, ...replies };
    const found = all[`${request.method} ${path}`];
    return found === undefined ? Response.json({ code: "no_route", message: `No ${path}.` }, { status: 404 }) : Response.json(found);
  });
  return sent;
}

function Ready({ children }: { children: ReactNode }) {
  return useMeQuery().data ? children : null;
}

async function open(ui: ReactNode): Promise<void> {
  const no = (): Promise<never> => Promise.reject(new Error("not asked"));
  const auth: Auth = { token: () => Promise.resolve("t"), signIn: no, answerCode: no, answerNewPassword: no, forgot: no, resetPassword: no, signOut: no, beginSecondFactor: no, finishSecondFactor: no, hasSecondFactor: no, signInWith: no };
  await show(
    <SessionProvider session={new Session(auth, {} as Config)}>
      <Ready>{ui}</Ready>
    </SessionProvider>,
  );
}

it("stops everything only after the word was typed", async () => {
  const sent = server("admin", { "GET /workspace": WORKSPACE, "PUT /workspace/stop": { stopped: true } });
  await open(<Safety />);
  await userEvent.click(await screen.findByRole("button", { name: "Stop everything" }));
  const dialog = await screen.findByRole("dialog");
  const button = within(dialog).getByRole("button", { name: "Stop everything" });
  expect(button).toHaveProperty("disabled", true);
  await userEvent.type(within(dialog).getByRole("textbox"), "stop");
  await userEvent.click(button);
  await waitFor(() => expect(sent).toEqual([{ method: "PUT", path: "/workspace/stop", body: { stopped: true } }]));
});

it("shows an editor the rules, cannot be touched by them, and says why", async () => {
  server("editor", { "GET /workspace": WORKSPACE });
  await open(<Safety />);
  expect((await screen.findAllByText("Only administrators may do this.")).length).toBeGreaterThan(1);
  expect(screen.queryByRole("button", { name: "Save changes" })).toBeNull();
  expect(screen.getByRole("switch", { name: "Only approved workflows can be published" }).closest("fieldset")).toHaveProperty("disabled", true);
});

it("saves teams, and no two of one name", async () => {
  const sent = server("admin", { "PUT /workspace": WORKSPACE });
  await open(<Teams teams={{ sales: ["a@b.example"] }} />);
  await userEvent.click(await screen.findByRole("button", { name: "Add a team" }));
  const names = screen.getAllByRole("textbox", { name: "Team" });
  await userEvent.type(names[1] ?? document.body, "sales");
  await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
  expect(await screen.findByRole("alert")).toHaveProperty("textContent", "Each team needs a name of its own.");
  await userEvent.type(names[1] ?? document.body, "_2");
  await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
  await waitFor(() => expect(sent.map(({ body }) => body)).toEqual([{ teams: { sales: ["a@b.example"], sales_2: [] } }]));
});

it("makes a source with a key that is shown this once", async () => {
  const key = { id: "k1", source: "site", name: "Site", created_at: "2026-03-02T09:00:00Z", revoked: false, write_key: "swk_secret" };
  const sent = server("admin", { "GET /sources": { items: [], cursor: null, total: 0 }, "POST /sources": { id: "site" }, "POST /write-keys": key });
  await open(<Sources />);
  await userEvent.click((await screen.findAllByRole("button", { name: "Add a source" }))[0] ?? document.body);
  const dialog = await screen.findByRole("dialog");
  await userEvent.type(within(dialog).getByRole("textbox", { name: "Id" }), "site");
  await userEvent.click(within(dialog).getByRole("button", { name: "Add it" }));
  expect(await screen.findByText("swk_secret")).toBeTruthy();
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /sources", "POST /write-keys"]);
});

it("does not show a viewer what the role may not read", async () => {
  server("viewer", {});
  await open(<Sources />);
  expect(await screen.findByText("This is not for your role")).toBeTruthy();
});

it("tells how an identity stands", () => {
  const record = (state: "verified" | "pending" | "failed") => ({ purpose: "dkim", type: "CNAME", name: "a", value: "b", state, required: true }) as const;
  expect(standing({ verified: true, kind: "domain", records: [record("verified")] })).toBe("ready");
  expect(standing({ verified: true, kind: "domain", records: [record("pending")] })).toBe("unproved");
  expect(standing({ verified: false, kind: "domain", records: [record("pending")] })).toBe("waiting");
  expect(standing({ verified: false, kind: "domain", records: [record("failed")] })).toBe("failed");
  expect(standing({ verified: false, kind: "address", records: [] })).toBe("confirm");
});

it("tells channels by what the server's steps can do", () => {
  const step = (type: string, sends: string, missing = "") => ({ type, label: type, sends, available: missing === "", missing });
  const found = channelsOf([step("sms_send", "sms", "No SMS yet."), step("email_send", "email"), step("wait", ""), step("crm_create", "", "No CRM."), step("crm_update", "", "No CRM.")]);
  expect(found.map(({ key, works, steps }) => [key, works, steps.length])).toEqual([["email", true, 1], ["crm_create", false, 2], ["sms", false, 1]]);
});

it("ends a day where the next one begins, and knows what a bundle replaces", () => {
  expect(dayStart("")).toBe("");
  expect(Date.parse(dayStart("2026-03-02", 1)) - Date.parse(dayStart("2026-03-02"))).toBe(86_400_000);
  const one = { id: "welcome", name: "", reason: "", fields: [], rev: 1 };
  expect(replaceable([{ ...one, kind: "workflows", action: "update" }, { ...one, kind: "templates", action: "same" }])).toEqual(["workflows/welcome"]);
});

it("asks the server and puts its objections beside the document", async () => {
  server("publisher", {});
  const check = vi.fn(() => Promise.resolve([{ place: "rules.0.points", message: "That is too much." }]));
  await open(<DocumentEditor label="Model" value={{ id: "lead", rules: [{ points: 9 }] }} right="publish" save={() => Promise.resolve()} check={check} />);
  await userEvent.click(await screen.findByRole("button", { name: "Check" }));
  expect(await screen.findByText("rules.0.points: That is too much.")).toBeTruthy();
  expect(check).toHaveBeenCalledWith({ id: "lead", rules: [{ points: 9 }] });
});
