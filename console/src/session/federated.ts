import type { Config } from "@/api/config";
import { isRecord } from "@/api/error";
import { textOf } from "./pool";
import { tokensOf, type Tokens } from "./tokens";

/** Sign-in by a company's identity provider: OAuth's code flow with PKCE (RFC 7636) over the pool's domain. */
const SCOPES = "openid email profile";
const KEY = "stepwell.federated";

function back(): string {
  return `${location.origin}/sign-in`;
}

function random(bytes: number): string {
  return encoded(crypto.getRandomValues(new Uint8Array(bytes)));
}

function encoded(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The address to go to; what the way back must match is kept in the tab. */
export async function departure(config: Config, provider: string, to: string): Promise<string> {
  const verifier = random(48);
  const state = random(16);
  sessionStorage.setItem(KEY, JSON.stringify({ verifier, state, to }));
  const challenge = encoded(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: config.clientId,
    redirect_uri: back(),
    identity_provider: provider,
    scope: SCOPES,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  return `https://${config.federation?.domain ?? ""}/oauth2/authorize?${asked}`;
}

export interface Arrival {
  tokens: Tokens;
  /** Where they wanted to go. */
  to: string;
}

/**
 * Takes what the provider sent back. Null: this is no way back from there.
 * @throws Error named as OAuth names it, `StateMismatch` where the answer belongs to no question of this tab.
 */
export async function arrival(config: Config, address: URL, now: number): Promise<Arrival | null> {
  const given = address.searchParams;
  if (!config.federation || !(given.has("code") || given.has("error")) || !given.has("state")) return null;
  const kept = readKept();
  sessionStorage.removeItem(KEY);
  if (!kept || kept.state !== given.get("state")) throw named("StateMismatch", "");
  if (given.has("error")) throw named(given.get("error") ?? "", given.get("error_description") ?? "");
  const response = await fetch(`https://${config.federation.domain}/oauth2/token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: "authorization_code", client_id: config.clientId, code: given.get("code") ?? "", redirect_uri: back(), code_verifier: kept.verifier }),
    cache: "no-store",
    credentials: "omit",
  });
  const said: unknown = await response.json().catch(() => null);
  if (!response.ok || !isRecord(said)) throw named(isRecord(said) ? textOf(said["error"]) : "", "");
  return { tokens: tokensOf(said, now, { federated: true }), to: kept.to };
}

/** Where signing out ends the pool's own session, or the next click would sign in the same person unasked. */
export function farewell(config: Config): string | null {
  return config.federation ? `https://${config.federation.domain}/logout?${new URLSearchParams({ client_id: config.clientId, logout_uri: back() })}` : null;
}

function readKept(): { verifier: string; state: string; to: string } | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return isRecord(kept) ? { verifier: textOf(kept["verifier"]), state: textOf(kept["state"]), to: textOf(kept["to"]) } : null;
  } catch {
    return null;
  }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name: name || "Error" });
}
