import { isRecord } from "@/api/error";
import { textOf, type Pool } from "./pool";

/** What a sign-in leaves behind in the tab. */
export interface Tokens {
  access: string;
  refresh: string;
  email: string;
  /** By this machine's clock, in milliseconds: the lifetime is told as a duration, so a wrong clock does no harm. */
  until: number;
  /** Signed in by a company's identity provider: signing out goes there too. */
  federated: boolean;
}

/** Renewed so long before they end that no request meets their end on its way. */
const EARLY_MS = 60_000;
const KEY = "stepwell.tokens";

export function readTokens(storage: Storage = sessionStorage): Tokens | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? "null");
    if (!isRecord(kept) || !kept["access"] || !kept["refresh"]) return null;
    return { access: textOf(kept["access"]), refresh: textOf(kept["refresh"]), email: textOf(kept["email"]), until: Number(kept["until"]), federated: kept["federated"] === true };
  } catch {
    return null;
  }
}

export function keepTokens(tokens: Tokens | null, storage: Storage = sessionStorage): void {
  if (tokens) storage.setItem(KEY, JSON.stringify(tokens));
  else storage.removeItem(KEY);
}

/** Reads Cognito's `AuthenticationResult`, or what its token endpoint answers; `before` gives what a renewal leaves out. */
export function tokensOf(said: Record<string, unknown>, now: number, before: Partial<Tokens> = {}): Tokens {
  const access = textOf(said["AccessToken"] ?? said["access_token"]);
  if (!access) throw new Error("Cognito gave no access token.");
  return {
    access,
    refresh: textOf(said["RefreshToken"] ?? said["refresh_token"]) || (before.refresh ?? ""),
    email: emailOf(textOf(said["IdToken"] ?? said["id_token"])) || (before.email ?? ""),
    until: now + Number(said["ExpiresIn"] ?? said["expires_in"] ?? 0) * 1000,
    federated: before.federated ?? false,
  };
}

/** The token of this tab, renewed when it is about to end. */
export class TokenKeeper {
  #renewing: Promise<string | null> | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly clientId: string,
    private readonly now: () => number = Date.now,
  ) {}

  async access(fresh: boolean): Promise<string | null> {
    const kept = readTokens();
    if (!kept) return null;
    if (!fresh && this.now() < kept.until - EARLY_MS) return kept.access;
    this.#renewing ??= this.#renew(kept).finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renew(kept: Tokens): Promise<string | null> {
    try {
      const said = await this.pool("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: this.clientId, AuthParameters: { REFRESH_TOKEN: kept.refresh } });
      const renewed = tokensOf(isRecord(said["AuthenticationResult"]) ? said["AuthenticationResult"] : {}, this.now(), kept);
      // Whoever signed out meanwhile stays signed out.
      if (readTokens()) keepTokens(renewed);
      return renewed.access;
    } catch (error) {
      // Refused for good; a broken line, in contrast, leaves the sign-in as it is.
      if (error instanceof Error && error.name === "NotAuthorizedException") keepTokens(null);
      else if (this.now() < kept.until) return kept.access;
      throw error;
    }
  }
}

function emailOf(idToken: string): string {
  try {
    const part = (idToken.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const claims: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (sign) => sign.charCodeAt(0))));
    return isRecord(claims) ? textOf(claims["email"]) : "";
  } catch {
    return "";
  }
}
