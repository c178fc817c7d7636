import { connectSession } from "@/api/client";
import type { Config } from "@/api/config";
import { useSyncExternalStore } from "react";
import type { Auth, AuthError } from "./auth";

/**
 * signed_out: the sign-in page is shown. expired: somebody was signed in and still sees their page; signing in again
 * happens above it, so that no unsaved work is lost.
 */
export type SessionState = "signed_in" | "signed_out" | "expired";

/** Who is signed in, for all of the console; pages read the person by `useMe`. */
export class Session {
  #state: SessionState = "signed_out";
  readonly #listeners = new Set<() => void>();
  /** Why coming back from a company's identity provider did not work; shown at sign-in. */
  refusal: AuthError | null = null;
  #refreshing: Promise<string | null> | null = null;

  constructor(
    readonly auth: Auth,
    readonly config: Config,
    private readonly onSignOut: () => void = () => undefined,
  ) {
    connectSession(
      (fresh) => this.token(fresh),
      () => this.#become("expired"),
    );
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Finds out whether a sign-in is still good. */
  async restore(): Promise<void> {
    this.#become((await this.token(false)) === null ? "signed_out" : "signed_in");
  }

  /** Called when the last step of signing in is done. */
  entered(): void {
    this.#become("signed_in");
  }

  async leave(everywhere = false): Promise<void> {
    try {
      await this.auth.signOut(everywhere);
    } finally {
      this.#become("signed_out");
      this.onSignOut();
    }
  }

  /** Another tab signed out. */
  ended(): void {
    if (this.#state === "signed_in") this.#become("expired");
  }

  async token(fresh: boolean): Promise<string | null> {
    // Ten requests that are refused at once need one new token.
    if (fresh) this.#refreshing ??= this.#ask(true).finally(() => (this.#refreshing = null));
    const token = await (this.#refreshing ?? this.#ask(false));
    if (token === null && this.#state === "signed_in") this.#become("expired");
    return token;
  }

  async #ask(fresh: boolean): Promise<string | null> {
    try {
      return await this.auth.token(fresh);
    } catch {
      // Whatever stands in the way of a token, without one nobody is signed in.
      return null;
    }
  }

  #become(state: SessionState): void {
    if (state === this.#state || (state === "expired" && this.#state === "signed_out")) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export function useSessionState(session: Session): SessionState {
  return useSyncExternalStore(session.subscribe, () => session.state);
}
