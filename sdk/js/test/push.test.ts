/** Notifications in the page: nobody is asked unasked, consent counts, the platform learns what holds. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Client } from "../src/client";
import { pushing } from "../src/push/pushing";
import type { PushConfig } from "../src/push/types";
import { gpc, HOST, settle, staged } from "./stage";

const stage = staged();
const KEY = btoa(String.fromCharCode(4, ...Array<number>(64).fill(7))).replace(/=+$/, "");

class Subscription {
  ended = false;
  constructor(
    readonly endpoint: string,
    readonly key: string,
  ) {}
  get options(): { applicationServerKey: ArrayBuffer } {
    const letters = atob(this.key.replace(/-/g, "+").replace(/_/g, "/"));
    return { applicationServerKey: Uint8Array.from(letters, (c) => c.charCodeAt(0)).buffer };
  }
  unsubscribe(): Promise<boolean> {
    this.ended = true;
    browser.subscription = undefined;
    return Promise.resolve(true);
  }
  toJSON(): unknown {
    return { endpoint: this.endpoint, keys: { p256dh: "p", auth: "a" } };
  }
}

/** What a browser knows of notifications. */
const browser = {
  permission: "default" as NotificationPermission,
  says: "granted" as NotificationPermission,
  asked: 0,
  subscription: undefined as Subscription | undefined,
  registered: [] as string[],
  cached: new Map<string, string>(),
};

function install(): void {
  Object.assign(browser, {
    permission: "default",
    says: "granted",
    asked: 0,
    subscription: undefined,
    registered: [],
    cached: new Map(),
  });
  let made = 0;
  const registration = {
    pushManager: {
      getSubscription: () => Promise.resolve(browser.subscription ?? null),
      subscribe: ({ applicationServerKey }: { applicationServerKey: string }) => {
        made++;
        return Promise.resolve((browser.subscription = new Subscription(`https://push.example/${made}`, applicationServerKey)));
      },
    },
  };
  Object.defineProperty(navigator, "serviceWorker", {
    configurable: true,
    value: {
      ready: Promise.resolve(registration),
      register: (url: string) => {
        browser.registered.push(url);
        return Promise.resolve(registration);
      },
      getRegistration: () => Promise.resolve(registration),
    },
  });
  vi.stubGlobal("PushManager", vi.fn());
  vi.stubGlobal("Notification", {
    get permission() {
      return browser.permission;
    },
    requestPermission: () => {
      browser.asked++;
      return Promise.resolve((browser.permission = browser.permission === "default" ? browser.says : browser.permission));
    },
  });
  vi.stubGlobal("caches", {
    open: () =>
      Promise.resolve({
        put: async (name: string, answer: Response) => void browser.cached.set(name, await answer.text()),
      }),
  });
  vi.stubGlobal("CSS", {});
}

beforeEach(install);

function page(push: PushConfig = {}, more: object = {}): { client: Client; push: ReturnType<typeof pushing> } {
  const client = stage.client({ capture: false, ...more });
  client.config!.push = push;
  return { client, push: pushing(client) };
}

const key = (): void =>
  void stage.answers.push(() => new Response(JSON.stringify({ publicKey: KEY }), { status: 200 }));
const box = (): ShadowRoot | null | undefined => document.querySelector("[data-stepwell-ignore]")?.shadowRoot;
const press = (kind: "yes" | "no"): void =>
  box()!.querySelectorAll("button")[kind === "yes" ? 0 : 1]!.click();
const told = (name: string): Record<string, unknown>[] => stage.named(name).map((e) => e.properties!);

/** Lets everything that waits for something go on. */
async function rest(): Promise<void> {
  for (let i = 0; i < 5; i++) await settle();
}

describe("asking", () => {
  it("begins after some page views, with the page's own question", async () => {
    const { client } = page({ prompt: { after: 3, title: "News", text: "May we?", yes: "Sure", no: "No" } });
    await rest();
    client.page();
    await rest();
    expect(box()).toBeUndefined();
    client.page();
    await rest();
    expect(box()!.textContent).toContain("May we?");
    expect(browser.asked).toBe(0);
    key();
    press("yes");
    await rest();
    expect(browser.asked).toBe(1);
    expect(box()).toBeUndefined();
    expect(told("push_subscribed")).toEqual([
      {
        subscription: { endpoint: "https://push.example/1", keys: { p256dh: "p", auth: "a" } },
        how: "prompt",
        wording: "May we?",
        browser: "",
      },
    ]);
    expect(stage.requests.map((r) => r.url)).toContain(`${HOST}/v1/push/key?writeKey=KEY`);
    expect(browser.registered).toEqual([`/stepwell-sw.js?h=${encodeURIComponent(HOST)}&k=KEY`]);
    expect(JSON.parse(browser.cached.get("/stepwell-push")!)).toMatchObject({ anonymousId: client.anonymousId() });
  });

  it("remembers a no, and asks again only after its rest and a few times", async () => {
    const prompt = { after: 1, again: 10, times: 2 };
    page({ prompt });
    await rest();
    press("no");
    await rest();
    page({ prompt });
    await rest();
    expect(box()).toBeUndefined();
    vi.setSystemTime(Date.now() + 11 * 86_400_000);
    page({ prompt });
    await rest();
    press("no");
    await rest();
    vi.setSystemTime(Date.now() + 99 * 86_400_000);
    const { push } = page({ prompt });
    await rest();
    expect(box()).toBeUndefined();
    expect(await push.state()).toMatchObject({ dismissed: 2, subscribed: false, permission: "default" });
    expect(browser.asked).toBe(0);
  });

  it("does not ask whom it may not, nor who has answered the browser", async () => {
    gpc();
    page({ prompt: { after: 1 } });
    await rest();
    expect(box()).toBeUndefined();
    delete (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;
    page({ prompt: { after: 1 } }, { consent: { marketing: false } });
    await rest();
    expect(box()).toBeUndefined();
    browser.permission = "denied";
    page({ prompt: { after: 1 } });
    await rest();
    expect(box()).toBeUndefined();
  });

  it("lets the page draw the question itself", async () => {
    let answer: ((yes: boolean) => void) | undefined;
    document.addEventListener(
      "stepwell:push",
      (event) => {
        event.preventDefault();
        answer = (event as CustomEvent<{ answer: (yes: boolean) => void }>).detail.answer;
      },
      { once: true },
    );
    const { push } = page({ prompt: false });
    await rest();
    void push.ask();
    await rest();
    expect(box()).toBeUndefined();
    key();
    answer!(true);
    await rest();
    expect(told("push_subscribed")).toMatchObject([{ how: "asked" }]);
  });

  it("takes a button of the page for a yes", async () => {
    page({ prompt: false, topics: ["sales"] });
    await rest();
    document.body.innerHTML = `<button data-stepwell-push><b>Tell me of sales</b></button>`;
    key();
    document.querySelector("b")!.click();
    await rest();
    expect(told("push_subscribed")).toMatchObject([
      { how: "button", wording: "Tell me of sales", subscription: { topics: ["sales"] } },
    ]);
  });
});

describe("subscribing", () => {
  it("does nothing when the browser says no, or without consent", async () => {
    browser.says = "denied";
    const { push, client } = page({ prompt: false });
    expect(await push.subscribe()).toMatchObject({ permission: "denied", subscribed: false });
    browser.permission = "default";
    client.optOut();
    expect(await push.subscribe()).toMatchObject({ consent: false, subscribed: false });
    expect(browser.asked).toBe(1);
    await rest();
    expect(stage.named("push_subscribed")).toEqual([]);
  });

  it("replaces a subscription by another key", async () => {
    const other = (browser.subscription = new Subscription("https://push.example/old", KEY.replace("B", "C")));
    const { push } = page({ prompt: false });
    key();
    expect(await push.subscribe()).toMatchObject({ subscribed: true });
    await rest();
    expect(other.ended).toBe(true);
    expect(told("push_subscribed")).toMatchObject([{ subscription: { endpoint: "https://push.example/1" } }]);
  });

  it("says so when the workspace has no keys", async () => {
    stage.answers.push(() => new Response("{}", { status: 404 }));
    const { push } = page({ prompt: false });
    await expect(push.subscribe()).rejects.toThrow("keys");
  });

  it("ends by the visitor's word", async () => {
    const { push } = page({ prompt: false });
    key();
    await push.subscribe();
    expect(await push.unsubscribe()).toMatchObject({ subscribed: false });
    await rest();
    expect(told("push_unsubscribed")).toEqual([
      { subscription: { endpoint: "https://push.example/1" }, reason: "visitor", browser: "" },
    ]);
    await push.unsubscribe();
    await rest();
    expect(told("push_unsubscribed")).toHaveLength(1);
  });
});

describe("what goes on", () => {
  async function subscribed(): Promise<Client> {
    const { push, client } = page({ prompt: false });
    key();
    await push.subscribe();
    await rest();
    stage.bodies = [];
    return client;
  }

  it("is made anew when the workspace has another key", async () => {
    await subscribed();
    const first = browser.subscription!;
    const other = KEY.replace(/.{4}$/, "AAAA");
    stage.answers.push(() => new Response(JSON.stringify({ publicKey: other }), { status: 200 }));
    vi.setSystemTime(Date.now() + 8 * 86_400_000);
    page({ prompt: false });
    await rest();
    expect([first.ended, browser.subscription?.key]).toEqual([true, other]);
    expect(told("push_subscribed")).toMatchObject([{ how: "renewed", subscription: { endpoint: "https://push.example/2" } }]);
    expect(told("push_unsubscribed")).toMatchObject([{ reason: "renewed", subscription: { endpoint: first.endpoint } }]);
  });

  it("is told again after a week, not before", async () => {
    await subscribed();
    page({ prompt: false });
    await rest();
    expect(told("push_subscribed")).toEqual([]);
    vi.setSystemTime(Date.now() + 8 * 86_400_000);
    page({ prompt: false });
    await rest();
    expect(told("push_subscribed")).toMatchObject([{ how: "renewed" }]);
  });

  it("goes with who uses the browser", async () => {
    (await subscribed()).reset();
    page({ prompt: false });
    await rest();
    expect(told("push_subscribed")).toMatchObject([{ how: "renewed" }]);
  });

  it("is over when the permission is taken back", async () => {
    await subscribed();
    browser.permission = "denied";
    browser.subscription = undefined;
    page({ prompt: false });
    await rest();
    expect(told("push_unsubscribed")).toMatchObject([{ reason: "permission" }]);
  });

  it("ends silently when consent is withdrawn", async () => {
    const client = await subscribed();
    const { subscription } = browser;
    client.optOut();
    await rest();
    expect(subscription!.ended).toBe(true);
    expect(stage.named("push_unsubscribed")).toEqual([]);
  });
});

it("is silent where a browser has none of it", async () => {
  Reflect.deleteProperty(navigator, "serviceWorker");
  const { push } = page({ prompt: { after: 1 } });
  await rest();
  expect(box()).toBeUndefined();
  expect(await push.subscribe()).toMatchObject({ supported: false, subscribed: false });
});
