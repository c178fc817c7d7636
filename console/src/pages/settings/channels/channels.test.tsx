import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { signedIn } from "@/testing/signedIn";
import { useMeQuery } from "@/session/me";
import { Channels } from "./Channels";
import { MailCare } from "./MailCare";
import { standingOf } from "./Providers";

const PIGEONS = { kind: "pigeon", label: "Pigeons", options: { properties: { loft: { type: "string", title: "Loft" } }, required: ["loft"] }, secrets: [["whistle"]] };
const EMAIL = { channel: "email", rev: 0, default: "ses", settings: { providers: [], streams: {}, seeds: ["a@b.example"] }, kinds: [{ kind: "ses", label: "Amazon SES", options: {}, secrets: [] }, PIGEONS] };

function Ready() {
  return useMeQuery().data ? <Channels /> : null;
}

it("says who sends by default, and adds a provider by its own fields without losing other settings", async () => {
  const { asked } = await signedIn(<Ready />, { "GET /channels/email": EMAIL, "GET /nodes": { items: [] }, "PUT /channels/email": { ...EMAIL, rev: 1 } }, { role: "admin" });
  expect(await screen.findByText("Amazon SES sends, managed by AWS")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Add provider" }));
  const dialog = await screen.findByRole("dialog");
  await userEvent.click(within(dialog).getByRole("combobox", { name: "Provider" }));
  await userEvent.click(await screen.findByRole("option", { name: "Pigeons" }));
  await userEvent.click(within(dialog).getByRole("button", { name: "Add, then set secrets" }));
  expect(within(dialog).getByText("This is needed.")).toBeTruthy();
  await userEvent.type(within(dialog).getByRole("textbox", { name: /^Loft/ }), "north");
  await userEvent.click(within(dialog).getByRole("button", { name: "Add, then set secrets" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({ settings: { providers: [{ id: "pigeon", kind: "pigeon", enabled: true, options: { loft: "north" }, secrets_set_at: null }], streams: {}, seeds: ["a@b.example"] }, rev: 0 }));
  expect(await screen.findByText("Secrets of pigeon")).toBeTruthy();
});

it("tells how a provider stands", () => {
  const one = { id: "x", kind: "pigeon", enabled: true, options: {}, secrets_set_at: null };
  expect(standingOf({ ...one, enabled: false }, true, undefined).name).toBe("off");
  expect(standingOf(one, true, undefined).name).toBe("no_secrets");
  expect(standingOf(one, false, { provider: "x", failures: 6, rests_until: "2026-03-02T00:00:00Z" }).name).toBe("rests");
  expect(standingOf(one, false, { provider: "x", failures: 2, rests_until: null }).name).toBe("failing");
  expect(standingOf(one, false, { provider: "x", failures: 0, rests_until: null }).name).toBe("ready");
});

function Caring() {
  return useMeQuery().data ? <MailCare /> : null;
}

it("says which seed is no address, in words, before it asks", async () => {
  const { asked } = await signedIn(<Caring />, { "GET /channels/email": EMAIL }, { role: "admin" });
  const seeds = await screen.findByRole("combobox", { name: "Seed addresses" });
  await userEvent.type(seeds, "nonsense{Enter}");
  const form = seeds.closest("form") ?? document.body;
  await userEvent.click(within(form).getByRole("button", { name: /^Save/ }));
  expect(await screen.findByText("“nonsense” is no e-mail address.")).toBeTruthy();
  expect(asked.some(({ method }) => method === "PUT")).toBe(false);
});
