/** The client: what a page calls, and who the visitor is. Nothing is kept or sent that consent does not cover. */

import { Consent } from "./consent";
import { campaign, clean, page as seen, uuid } from "./context";
import { lazily } from "./push/lazily";
import { Queue } from "./queue";
import { Store } from "./store";
import type { Category, Choice, Config, ConsentState, Farewell, Message, Page, Properties } from "./types";

const ANONYMOUS = "id:anonymous";
const USER = "id:user";
/** Calls that wait for `init`. */
const MAX_EARLY = 200;

/** Listens to a page for the client; it must stay silent when nothing happens. */
export type Part = (client: Client) => void;

export class Client {
  /** The configuration; undefined before `init`. */
  config: Config | undefined;
  /** When the call was made that is carried out now; undefined: now. */
  at: number | undefined;
  /** Asked when a page is left. */
  readonly farewells: Farewell[] = [];
  /** Told of each page that begins. */
  readonly arrivals: (() => void)[] = [];
  /** Told after the visitor chose. */
  readonly choices: (() => void)[] = [];
  /** Notifications. */
  readonly push = lazily(this);

  private _store!: Store;
  private _consent!: Consent;
  private _queue!: Queue;
  private _early: (() => void)[] = [];
  private _view: Page | undefined;
  private _campaign: Properties | undefined;

  constructor(
    private _parts: Part[],
    private _host = "",
  ) {}

  /** Begins. The second call does nothing. */
  init(config: Config): void {
    if (this.config) return;
    if (!config?.writeKey) throw new Error("stepwell.init needs a writeKey");
    const host = (config.host ?? this._host).replace(/\/+$/, "");
    if (!host) throw new Error("stepwell.init needs a host");
    this.config = { ...config, host };
    this._store = new Store(config.cookieDomain);
    this._consent = new Consent(this._store, config.consent);
    this._queue = new Queue(this._store, this.config, (what) => this.warn(what), uuid());
    this._forget();
    this._queue.adopt((category) => this.allows(category));
    // Leaving comes by either; only one of them on some phones, and in another order in some browsers.
    addEventListener("pagehide", () => {
      this._leave();
      this._queue.leave();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this._queue.hold(this._farewell(), "analytics");
        this._queue.leave();
      } else {
        this._queue.release();
      }
    });
    for (const part of this._parts) part(this);
    for (const call of this._early.splice(0)) call();
  }

  /** Tells of an event. */
  track(event: string, properties: Properties = {}): void {
    this.when(() => this._send("analytics", "track", { event, properties }));
  }

  /** Tells of a page view; the page before is left by it. */
  page(name?: string | Properties, properties?: Properties): void {
    if (typeof name === "object") return this.page(undefined, name);
    this.when((config) => {
      // Without consent not even the time is taken: it would be told once there is consent.
      if (!this.allows("analytics")) return this.warn("page: no consent");
      const before = this._view;
      this._leave();
      this._view = seen(config, before?.url);
      this._campaign = campaign() ?? this._campaign;
      const { url, path, search, title, referrer } = this._view;
      const told = { page_url: url, url, path, search, title, referrer, ...properties };
      this._send("analytics", "page", { ...(name ? { name } : {}), properties: told });
      for (const arrived of this.arrivals) arrived();
    });
  }

  /** Says who the visitor is: by the customer's own id, by traits (an e-mail address), or both. */
  identify(user?: string | number | Properties | null, traits: Properties = {}): void {
    if (user && typeof user === "object") return this.identify(undefined, user);
    this.when(() => {
      if (!this.allows("marketing")) return this.warn("identify: no consent");
      if (user) {
        const before = this.user();
        // Pages without types give numbers.
        const id = String(user);
        // Somebody else on the same device: no history of theirs.
        if (before && before !== id) this.reset();
        this._store.set(USER, id);
      }
      this._send("marketing", "identify", { traits });
    });
  }

  /** Says to which company or team the visitor belongs. */
  group(groupId: string, traits: Properties = {}): void {
    this.when(() => this._send("marketing", "group", { groupId, traits }));
  }

  /** Says that two ids are one visitor. */
  alias(userId: string, previousId?: string): void {
    this.when(() => {
      if (!this.allows("marketing")) return this.warn("alias: no consent");
      const previous = previousId ?? this.user() ?? this.anonymous();
      this._store.set(USER, userId);
      this._send("marketing", "alias", { previousId: previous });
    });
  }

  /** Forgets who the visitor is, e.g. when they sign out; the next event has a new anonymous id. */
  reset(): void {
    this.when(() => {
      this._store.remove(USER);
      this._store.remove(ANONYMOUS);
    });
  }

  /**
   * Keeps what the visitor chose, and returns what holds.
   *
   * A withdrawn category loses what was not sent yet; without `marketing` the user id is forgotten, without
   * both the anonymous id too.
   */
  consent(choice?: Choice): ConsentState | undefined {
    if (choice)
      this.when(() => {
        this._consent.choose(choice);
        this._forget();
        for (const chosen of this.choices) chosen();
      });
    return this.config && this._consent.state;
  }

  /** Allows everything. */
  optIn(): void {
    this.consent({ analytics: true, marketing: true });
  }

  /** Allows nothing; drops what waits, and the identifiers. */
  optOut(): void {
    this.consent({ analytics: false, marketing: false });
  }

  /** Sends what waits. */
  flush(): void {
    this.when(() => void this._queue.flush());
  }

  /** Id of this browser; undefined without consent. */
  anonymousId(): string | undefined {
    return this.config && this._any() ? this.anonymous() : undefined;
  }

  allows(category: Category): boolean {
    return this._consent.allows(category);
  }

  /** The customer's id of the visitor, if known. */
  user(): string | undefined {
    return this._store.get(USER) ?? undefined;
  }

  anonymous(): string {
    let id = this._store.get(ANONYMOUS);
    if (!id) this._store.set(ANONYMOUS, (id = uuid()));
    return id;
  }

  /** Cleans an address as those of pages are. */
  clean(address: string): string {
    return this.config ? clean(address, this.config) : "";
  }

  warn(what: string): void {
    if (this.config?.debug) console.warn(`stepwell: ${what}`);
  }

  /** Makes a call now, or once `init` was called. */
  when(call: (config: Config) => void): void {
    if (this.config) {
      call(this.config);
    } else if (this._early.length < MAX_EARLY) {
      const at = this.at ?? Date.now();
      this._early.push(() => this._asOf(at, () => this.when(call)));
    }
  }

  private _asOf(at: number, call: () => void): void {
    this.at = at;
    call();
    this.at = undefined;
  }

  private _send(category: Category, type: Message["type"], fields: Properties): void {
    if (!this.allows(category)) return this.warn(`${type}: no consent`);
    this._queue.push(this._message(type, fields), category);
  }

  private _message(type: Message["type"], fields: Properties, on?: Page): Message {
    const user = this.user();
    const source = this._campaign ?? campaign();
    return {
      type,
      messageId: uuid(),
      anonymousId: this.anonymous(),
      ...(user ? { userId: user } : {}),
      timestamp: new Date(this.at ?? Date.now()).toISOString(),
      ...fields,
      context: {
        page: on ?? seen(this.config!, this._view?.referrer),
        ...(source ? { campaign: source } : {}),
        consent: this._consent.state,
      },
    };
  }

  private _farewell(): Message[] {
    const view = this._view;
    if (!view || !this.allows("analytics")) return [];
    return this.farewells
      .flatMap((farewell) => farewell())
      .map(([event, properties]) =>
        this._message("track", { event, properties: { page_url: view.url, ...properties } }, view),
      );
  }

  private _leave(): void {
    const last = this._farewell();
    this._view = undefined;
    this._queue.release();
    for (const message of last) this._queue.push(message, "analytics");
  }

  private _any(): boolean {
    return this.allows("analytics") || this.allows("marketing");
  }

  private _forget(): void {
    for (const category of ["analytics", "marketing"] as const)
      if (!this.allows(category)) this._queue.drop(category);
    if (!this.allows("analytics")) this._view = undefined;
    if (!this.allows("marketing")) this._store.remove(USER);
    if (!this._any()) this._store.remove(ANONYMOUS);
  }
}
