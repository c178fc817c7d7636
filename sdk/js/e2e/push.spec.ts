/**
 * Notifications in Chromium: the service worker gets a message by the DevTools call that delivers one (Chromium's
 * own push service is Google's, which no test talks to), shows it, and tells what became of it. Firefox gets real
 * ones from a push service of our own: tests/functional/test_push_in_firefox.py.
 */

import { deflateRawSync } from "node:zlib";
import { expect, type BrowserContext, type Page, type Worker } from "@playwright/test";
import { chromium } from "../playwright.config";
import { type Receiver, snippet } from "./receiver";
import { test } from "./receiving";

test.skip(!chromium, "there is no Chromium on this machine");

test.beforeEach(({ receiver }) => {
  receiver.requests.length = 0;
  receiver.reports.length = 0;
});

function put(receiver: Receiver, body = "", push = "{prompt:false}"): string {
  const head = snippet(receiver.host, `{writeKey:"KEY",push:${push}}`);
  receiver.pages.set("/push", `<!doctype html><html><head><title>push</title>${head}</head><body>${body}</body></html>`);
  receiver.pages.set("/cart", "<!doctype html><title>cart</title>");
  return `${receiver.site}/push`;
}

/** Registers the worker as the client does; returns what delivers a message to it. */
async function registered(page: Page, receiver: Receiver): Promise<(data: string) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const found = new Promise<string>((done) => {
    session.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      const active = versions.find((one) => one.status === "activated");
      if (active) done(active.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  await page.evaluate(async (host) => {
    await navigator.serviceWorker.register(`/stepwell-sw.js?h=${encodeURIComponent(host)}&k=KEY`);
    await navigator.serviceWorker.ready;
  }, receiver.host);
  const registrationId = await found;
  return async (data) => {
    await session.send("ServiceWorker.deliverPushMessage", { origin: receiver.site, registrationId, data });
  };
}

const last = (receiver: Receiver): unknown => receiver.reports[receiver.reports.length - 1];
const shown = (page: Page): Promise<{ title: string; body: string; tag: string; data: unknown }[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({
      title,
      body,
      tag,
      data: data as unknown,
    }));
  });

/** Chromium without a screen now and then loses sight of a notification that it has shown: it is sent again then. */
async function see(page: Page, send: () => Promise<void>, wanted: object): Promise<void> {
  await expect(async () => {
    await send();
    await expect.poll(() => shown(page), { timeout: 4_000 }).toMatchObject([wanted]);
  }).toPass({ timeout: 40_000 });
}

async function workerOf(context: BrowserContext): Promise<Worker> {
  return context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
}

/** Does what a click on a notification, on one of its buttons, or on its cross does. */
async function act(context: BrowserContext, event: "notificationclick" | "notificationclose", action = ""): Promise<void> {
  const worker = await workerOf(context);
  await worker.evaluate(
    async ([name, button]) => {
      const scope = self as unknown as { registration: ServiceWorkerRegistration; dispatchEvent(e: Event): void };
      const made = (globalThis as unknown as Record<string, new (n: string, i: object) => Event>).NotificationEvent!;
      const [notification] = await scope.registration.getNotifications();
      scope.dispatchEvent(new made(name, { notification, action: button }));
    },
    [event, action] as const,
  );
}

const MESSAGE = {
  t: "Your cart is waiting",
  b: "Two things are in it.",
  u: "/cart",
  g: "cart",
  a: [{ a: "buy", t: "Buy", u: "/buy" }, { a: "later", t: "Later" }],
  r: "k1.acme.token",
  x: ["image"],
};

test.describe("a notification", () => {
  test.beforeEach(async ({ context, receiver }) => {
    await context.grantPermissions(["notifications"], { origin: receiver.site });
  });

  test("is shown and told of, and a click opens what it leads to", async ({ context, page, receiver }) => {
    await page.goto(put(receiver));
    const deliver = await registered(page, receiver);
    const send = (): Promise<void> => deliver(JSON.stringify(MESSAGE));
    await see(page, send, { title: MESSAGE.t, body: MESSAGE.b, tag: "cart" });
    await expect.poll(() => last(receiver)).toEqual({ r: MESSAGE.r, e: "delivered", x: ["image"] });
    await act(context, "notificationclick");
    await expect.poll(() => last(receiver)).toEqual({ r: MESSAGE.r, e: "opened", l: "/cart" });
    await expect.poll(() => shown(page)).toEqual([]);
  });

  test("replaces one of its topic; a button is told of by its name", async ({ context, page, receiver }) => {
    await page.goto(put(receiver));
    const deliver = await registered(page, receiver);
    await see(page, () => deliver(JSON.stringify({ ...MESSAGE, t: "First" })), { title: "First" });
    await see(page, () => deliver(JSON.stringify(MESSAGE)), { title: MESSAGE.t });
    await act(context, "notificationclick", "buy");
    await expect
      .poll(() => last(receiver))
      .toEqual({ r: MESSAGE.r, e: "clicked", a: "buy", l: "/buy" });
  });

  test("that is closed is told of", async ({ context, page, receiver }) => {
    await page.goto(put(receiver));
    const deliver = await registered(page, receiver);
    await see(page, () => deliver(JSON.stringify(MESSAGE)), { title: MESSAGE.t });
    await act(context, "notificationclose");
    await expect.poll(() => last(receiver)).toEqual({ r: MESSAGE.r, e: "dismissed" });
  });

  test("that is no message of ours is shown all the same, and told of by nobody", async ({ page, receiver }) => {
    await page.goto(put(receiver));
    const deliver = await registered(page, receiver);
    const send = (): Promise<void> => deliver("not JSON");
    await see(page, send, { title: "localhost", body: "" });
    expect(receiver.reports).toEqual([]);
  });

  test("that was packed is read", async ({ context, page, receiver }) => {
    await page.goto(put(receiver));
    await registered(page, receiver);
    const packed = [1, ...deflateRawSync(Buffer.from(JSON.stringify({ ...MESSAGE, b: "long ".repeat(900) })))];
    // The DevTools call takes text alone, so the event is made in the worker.
    const worker = await workerOf(context);
    const send = (): Promise<void> =>
      worker.evaluate((bytes) => {
        const made = (globalThis as unknown as Record<string, new (n: string, i: object) => Event>).PushEvent!;
        self.dispatchEvent(new made("push", { data: new Uint8Array(bytes) }));
      }, packed);
    await see(page, send, { title: MESSAGE.t, body: "long ".repeat(900) });
  });
});

test("a subscription that the browser replaces is told of while no page is open", async ({ context, page, receiver }) => {
  await page.goto(put(receiver));
  await registered(page, receiver);
  // What the page leaves for the worker when it subscribes.
  await page.evaluate(async () => {
    const state = { anonymousId: "visitor-1", userId: "ann", wording: "May we?", topics: ["sales"] };
    await (await caches.open("stepwell")).put("/stepwell-push", new Response(JSON.stringify(state)));
  });
  const worker = await workerOf(context);
  await worker.evaluate(() => {
    const made = (globalThis as unknown as Record<string, new (n: string) => Event>).ExtendableEvent!;
    const subscription = (endpoint: string): object => ({ endpoint, options: {}, toJSON: () => ({ endpoint }) });
    const event = Object.assign(new made("pushsubscriptionchange"), {
      oldSubscription: subscription("https://push.example/old"),
      newSubscription: subscription("https://push.example/new"),
    });
    self.dispatchEvent(event);
  });
  await expect.poll(() => receiver.named("push_unsubscribed").map((e) => e.properties)).toEqual([
    { subscription: { endpoint: "https://push.example/old" }, reason: "renewed" },
  ]);
  const [told] = receiver.named("push_subscribed");
  expect(told).toMatchObject({ anonymousId: "visitor-1", userId: "ann" });
  expect(told!.properties).toEqual({
    subscription: { endpoint: "https://push.example/new", topics: ["sales"] },
    how: "renewed",
    wording: "May we?",
  });
});

test("the page asks first, and the browser only after a yes", async ({ page, receiver }) => {
  await page.goto(put(receiver, "", `{prompt:{after:1,title:"News",text:"May we tell you of sales?",yes:"Sure",no:"Not now"}}`));
  const question = page.getByRole("dialog", { name: "News" });
  await expect(question).toContainText("May we tell you of sales?");
  expect(await page.evaluate(() => Notification.permission)).not.toBe("granted");
  await question.getByRole("button", { name: "Not now" }).click();
  await expect(question).toHaveCount(0);
  await page.reload();
  await page.waitForFunction(() => (window.stepwell as unknown as { loaded?: boolean }).loaded);
  const state = await page.evaluate(() => (window.stepwell as unknown as { push: { state(): Promise<object> } }).push.state());
  expect(state).toMatchObject({ supported: true, dismissed: 1, subscribed: false, consent: true });
  await expect(question).toHaveCount(0);
});
