/** Decides what may be kept and sent: the visitor's choice, else the browser's signal, else the page's default. */

import type { Store } from "./store";
import type { Category, Choice, ConsentState } from "./types";

const NAME = "id:consent";

export class Consent {
  private _choice: Choice = {};

  constructor(
    private _store: Store,
    private _defaults: Choice = {},
  ) {
    try {
      const kept: unknown = JSON.parse(_store.get(NAME) ?? "{}");
      if (kept && typeof kept === "object") this._choice = kept;
    } catch {
      // Somebody else's cookie: as if nothing was chosen.
      this._choice = {};
    }
  }

  allows(category: Category): boolean {
    return this._choice[category] ?? (!signalled() && this._defaults[category] !== false);
  }

  /** Keeps a choice; categories that it does not name stay as they are. */
  choose(choice: Choice): void {
    for (const category of ["analytics", "marketing"] as const) {
      const value = choice[category];
      if (typeof value === "boolean") this._choice[category] = value;
    }
    // The choice itself identifies nobody, and without it the visitor would be asked again on each page.
    this._store.set(NAME, JSON.stringify(this._choice));
  }

  get state(): ConsentState {
    return {
      analytics: this.allows("analytics"),
      marketing: this.allows("marketing"),
      gpc: signalled(),
      explicit: "analytics" in this._choice || "marketing" in this._choice,
    };
  }
}

/** Whether the browser asks by Global Privacy Control not to be tracked. */
function signalled(): boolean {
  const value = (navigator as { globalPrivacyControl?: boolean | string }).globalPrivacyControl;
  return value === true || value === "1";
}
