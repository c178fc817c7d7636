/**
 * Notifications in the page: subscribes, and tells the platform of it.
 *
 * The browser's own question can be asked once: a visitor who says no there is lost for good. So nobody is asked
 * unasked: a question of the page's own comes first, after some page views, and a no to it is remembered.
 */

import type { Client } from "../client";
import { Memory } from "./memory";
import { question } from "./question";
import type { Push, PushState } from "./types";

const DAY_MS = 86_400_000;
/** After so many days the platform is told again that this browser still subscribes. */
const TELL_AGAIN_DAYS = 7;

export function pushing(client: Client): Push {
  const pushing = new Pushing(client);
  void pushing.begin();
  return pushing;
}

class Pushing implements Push {
  private _memory = new Memory();
  private _asking = false;

  constructor(private _client: Client) {}

  /** Looks what became of an earlier yes, and asks when it is time to. */
  async begin(): Promise<void> {
    const { prompt } = this._client.config?.push ?? {};
    document.addEventListener("click", (event) => {
      const button = (event.target as Element | null)?.closest?.("[data-stepwell-push]");
      if (button) void this._subscribe("button", (button.textContent ?? "").trim());
    });
    this._client.choices.push(() => void this._keepToConsent());
    await this._keepToConsent();
    const arrived = (): void => {
      this._memory.views++;
      if (prompt !== false && this._memory.views >= (prompt?.after ?? 3)) void this._ask("prompt", false);
    };
    // The page in view arrived before this was here.
    this._client.arrivals.push(arrived);
    arrived();
  }

  async state(): Promise<PushState> {
    return {
      supported: supported(),
      permission: supported() ? Notification.permission : "denied",
      subscribed: !!(await this._current()),
      consent: this._allowed(),
      dismissed: this._memory.dismissed,
    };
  }

  subscribe(topics?: string[]): Promise<PushState> {
    return this._subscribe("page", "", topics);
  }

  async unsubscribe(): Promise<PushState> {
    const subscription = await this._current();
    if (subscription) {
      await subscription.unsubscribe();
      this._ended(subscription.endpoint, "visitor");
    }
    return this.state();
  }

  async ask(): Promise<PushState> {
    await this._ask("asked", true);
    return this.state();
  }

  private _allowed(): boolean {
    return this._client.allows("analytics") && this._client.allows("marketing");
  }

  /** Shows the page's own question, if it may be asked now. */
  private async _ask(how: string, now: boolean): Promise<void> {
    const { prompt } = this._client.config?.push ?? {};
    const given = prompt || {};
    const memory = this._memory;
    const rested = Date.now() - memory.dismissedAt >= (given.again ?? 30) * DAY_MS;
    if (this._asking || !supported() || !this._allowed() || Notification.permission !== "default") return;
    if (!now && (memory.dismissed >= (given.times ?? 3) || !rested)) return;
    this._asking = true;
    const wording = given.text ?? "May we tell you of news by notifications in your browser?";
    const yes = await question({ title: given.title ?? "", text: wording, yes: given.yes ?? "Yes", no: given.no ?? "Not now" });
    this._asking = false;
    if (yes) {
      await this._subscribe(how, wording);
    } else {
      memory.dismiss(Date.now());
    }
  }

  private async _subscribe(how: string, wording: string, topics?: string[]): Promise<PushState> {
    if (!supported()) this._client.warn("push: this browser shows no notifications");
    else if (!this._allowed()) this._client.warn("push: no consent");
    else if ((await Notification.requestPermission()) === "granted") {
      const key = await this._key();
      const registration = await this._register();
      const subscription = await subscribed(registration, key);
      await this._tell(subscription, how, wording, topics);
    }
    return this.state();
  }

  /** Ends what consent covers no more; else tells again of what goes on. */
  private async _keepToConsent(): Promise<void> {
    const subscription = await this._current();
    const { told } = this._memory;
    if (!this._allowed()) {
      // Nothing may be told: the push service will say that it ended.
      if (subscription && told) await subscription.unsubscribe();
      this._memory.forget();
      return;
    }
    if (!subscription) {
      if (told) this._ended(told.endpoint, Notification.permission === "denied" ? "permission" : "browser");
      return;
    }
    if (!told) return;
    const other = told.endpoint !== subscription.endpoint || told.who !== this._client.anonymous();
    const due = Date.now() - told.at > TELL_AGAIN_DAYS * DAY_MS;
    if (!other && !due) return;
    // The workspace may have another key by now; the browser's yes still holds for that.
    const ours = due ? await this._ours(subscription) : subscription;
    if (ours.endpoint !== told.endpoint) {
      this._client.track("push_unsubscribed", { subscription: { endpoint: told.endpoint }, reason: "renewed" });
    }
    await this._tell(ours, "renewed", told.wording, told.topics);
  }

  private async _ours(subscription: PushSubscription): Promise<PushSubscription> {
    try {
      const key = await this._key();
      return await subscribed(await this._register(), key);
    } catch {
      return subscription;
    }
  }

  private async _current(): Promise<PushSubscription | null> {
    if (!supported()) return null;
    const registration = await navigator.serviceWorker.getRegistration(this._worker());
    return (await registration?.pushManager.getSubscription()) ?? null;
  }

  private async _tell(subscription: PushSubscription, how: string, wording: string, given?: string[]): Promise<void> {
    const client = this._client;
    const topics = given ?? client.config?.push?.topics ?? [];
    const told = { ...subscription.toJSON(), ...(topics.length ? { topics } : {}) };
    client.track("push_subscribed", { subscription: told, how, browser: browser(), ...(wording ? { wording } : {}) });
    client.flush();
    const who = client.anonymous();
    this._memory.tell({ endpoint: subscription.endpoint, who, at: Date.now(), wording, topics });
    // For the worker, which may be given another subscription while no page is open.
    const user = client.user();
    const state = JSON.stringify({ anonymousId: who, ...(user ? { userId: user } : {}), wording, topics });
    await (await caches.open("stepwell")).put("/stepwell-push", new Response(state));
  }

  private _ended(endpoint: string, reason: string): void {
    this._memory.forget();
    this._client.track("push_unsubscribed", { subscription: { endpoint }, reason, browser: browser() });
    this._client.flush();
  }

  private _worker(): string {
    return this._client.config?.push?.worker ?? "/stepwell-sw.js";
  }

  private async _register(): Promise<ServiceWorkerRegistration> {
    const { host, writeKey } = this._client.config!;
    const query = new URLSearchParams({ h: host ?? "", k: writeKey }).toString();
    const registration = await navigator.serviceWorker.register(`${this._worker()}?${query}`);
    // A worker that is only being installed cannot be subscribed.
    await navigator.serviceWorker.ready;
    return registration;
  }

  private async _key(): Promise<string> {
    const { host, writeKey } = this._client.config!;
    const answer = await fetch(`${host ?? ""}/v1/push/key?writeKey=${encodeURIComponent(writeKey)}`);
    const told = (await answer.json()) as { publicKey?: string };
    if (!told.publicKey) throw new Error("stepwell: this workspace has no keys for push");
    return told.publicKey;
  }
}

function supported(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** The registration's subscription by our key; one by another key is ended, for nobody could write to it. */
async function subscribed(registration: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  const before = await registration.pushManager.getSubscription();
  if (before) {
    const theirs = before.options.applicationServerKey;
    if (theirs && text(theirs) === key) return before;
    await before.unsubscribe();
  }
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function text(bytes: ArrayBuffer): string {
  const letters = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function browser(): string {
  const found = /(Firefox|Edg|OPR|SamsungBrowser|Chrome|Safari)\//.exec(navigator.userAgent)?.[1] ?? "";
  return { Edg: "Edge", OPR: "Opera", SamsungBrowser: "Samsung Internet" }[found] ?? found;
}
