/** What this browser remembers of questions about notifications, and what the platform was told. */

const NAME = "stepwell_push";

export interface Told {
  endpoint: string;
  /** The anonymous id under which it was told. */
  who: string;
  at: number;
  wording: string;
  topics: string[];
}

interface Kept {
  views?: number;
  no?: number;
  noAt?: number;
  told?: Told | undefined;
}

export class Memory {
  private _kept: Kept;

  constructor() {
    try {
      this._kept = JSON.parse(localStorage.getItem(NAME) ?? "{}") as Kept;
    } catch {
      // Storage is forbidden, or holds somebody else's text: each page begins anew, and asks after its own views.
      this._kept = {};
    }
  }

  get views(): number {
    return this._kept.views ?? 0;
  }

  set views(views: number) {
    this._keep({ views });
  }

  get dismissed(): number {
    return this._kept.no ?? 0;
  }

  get dismissedAt(): number {
    return this._kept.noAt ?? 0;
  }

  get told(): Told | undefined {
    return this._kept.told;
  }

  dismiss(at: number): void {
    this._keep({ no: this.dismissed + 1, noAt: at });
  }

  tell(told: Told): void {
    this._keep({ told });
  }

  forget(): void {
    if (this.told) this._keep({ told: undefined });
  }

  private _keep(change: Kept): void {
    this._kept = { ...this._kept, ...change };
    try {
      localStorage.setItem(NAME, JSON.stringify(this._kept));
    } catch {
      // Full or forbidden: it holds until the page is left.
    }
  }
}
