import { beforeEach, expect, it, vi } from "vitest";
import type { Config } from "@/api/config";
import { authErrorOf } from "./auth";
import { arrival, departure } from "./federated";

const config = { clientId: "client", federation: { domain: "acme.auth.example", providers: [{ name: "Okta", label: "Okta" }] } } as Config;

/** The pool's OAuth endpoints: takes a code only with the verifier that fits the challenge (RFC 7636, 4.6). */
function issuer(asked: URL) {
  const challenge = asked.searchParams.get("code_challenge");
  return vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    const sent = new URLSearchParams(init?.body as URLSearchParams);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sent.get("code_verifier") ?? "")));
    const fits = btoa(String.fromCharCode(...hash)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") === challenge;
    const good = fits && sent.get("code") === "good" && sent.get("redirect_uri") === asked.searchParams.get("redirect_uri");
    return good ? Response.json({ access_token: "a", refresh_token: "r", id_token: `x.${btoa('{"email":"ann@acme.example"}')}.y`, expires_in: 3600 }) : Response.json({ error: "invalid_grant" }, { status: 400 });
  });
}
const back = (query: Record<string, string>): URL => new URL(`/sign-in?${new URLSearchParams(query)}`, location.origin);

beforeEach(() => sessionStorage.clear());

it("goes to the provider and comes back to the page that was asked for", async () => {
  const asked = new URL(await departure(config, "Okta", "/workflows?tab=live"));
  expect(asked.host + asked.pathname).toBe("acme.auth.example/oauth2/authorize");
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({ response_type: "code", client_id: "client", identity_provider: "Okta", code_challenge_method: "S256", redirect_uri: `${location.origin}/sign-in` });
  issuer(asked);
  const arrived = await arrival(config, back({ code: "good", state: asked.searchParams.get("state") ?? "" }), 1_000);
  expect(arrived).toEqual({ to: "/workflows?tab=live", tokens: { access: "a", refresh: "r", email: "ann@acme.example", until: 3_601_000, federated: true } });
});

it("takes each answer once, and none to a question of another tab", async () => {
  const asked = new URL(await departure(config, "Okta", "/"));
  const send = issuer(asked);
  await expect(arrival(config, back({ code: "good", state: "forged" }), 0)).rejects.toMatchObject({ name: "StateMismatch" });
  await expect(arrival(config, back({ code: "good", state: asked.searchParams.get("state") ?? "" }), 0)).rejects.toMatchObject({ name: "StateMismatch" });
  expect(send).not.toHaveBeenCalled();
});

it("tells why the provider said no", async () => {
  const asked = new URL(await departure(config, "Okta", "/"));
  const failed: unknown = await arrival(config, back({ error: "access_denied", error_description: "No.", state: asked.searchParams.get("state") ?? "" }), 0).catch((error: unknown) => error);
  expect(authErrorOf(failed).refusal).toBe("provider");
});

it("tells when the code is refused", async () => {
  const asked = new URL(await departure(config, "Okta", "/"));
  issuer(asked);
  await expect(arrival(config, back({ code: "old", state: asked.searchParams.get("state") ?? "" }), 0)).rejects.toMatchObject({ name: "invalid_grant" });
});

it("leaves other addresses alone, and knows none of it without a provider", async () => {
  expect(await arrival(config, back({ to: "/x" }), 0)).toBeNull();
  expect(await arrival({ ...config, federation: null }, back({ code: "c", state: "s" }), 0)).toBeNull();
});
