/**
 * The service worker: shows notifications, opens what they lead to, and tells the platform what became of them.
 *
 * A page's site serves it, as a copy or by one line: `importScripts("https://HOST/sdk/v1/stepwell-sw.js")`. The page
 * registers it with `?h=` (the deployment) and `k=` (the write key).
 */

interface Button {
  a: string;
  t: string;
  u?: string;
}

/** A payload; keys as in docs/reference/web-push.md. */
interface Told {
  t: string;
  b?: string;
  u?: string;
  i?: string;
  m?: string;
  a?: Button[];
  d?: Record<string, string>;
  g?: string;
  r?: string;
  x?: string[];
}

interface Extended extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Pushed extends Extended {
  data: { arrayBuffer(): ArrayBuffer } | null;
}
interface Clicked extends Extended {
  notification: Omit<Notification, "data"> & { data?: Told };
  action: string;
}
interface Changed extends Extended {
  oldSubscription?: PushSubscription;
  newSubscription?: PushSubscription;
}
interface WindowClient {
  url: string;
  focus(): Promise<unknown>;
}
interface Worker {
  location: Location;
  registration: ServiceWorkerRegistration;
  clients: {
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(name: "push", does: (event: Pushed) => void): void;
  addEventListener(name: "notificationclick" | "notificationclose", does: (event: Clicked) => void): void;
  addEventListener(name: "pushsubscriptionchange", does: (event: Changed) => void): void;
}

const worker = self as unknown as Worker;
const given = new URL(worker.location.href).searchParams;
const host = given.get("h") ?? "";

worker.addEventListener("push", (event) => event.waitUntil(shown(event)));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(opened(event.notification.data, event.action));
});
worker.addEventListener("notificationclose", (event) => event.waitUntil(report(event.notification.data, { e: "dismissed" })));
worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewed(event)));

async function shown(event: Pushed): Promise<void> {
  const told = await read(event.data);
  // Some browsers have more than the standard, and none minds what it does not know.
  const options: NotificationOptions & Record<string, unknown> = { data: told };
  if (told.b) options.body = told.b;
  if (told.i) options.icon = told.i;
  if (told.m) options.image = told.m;
  if (told.g) {
    options.tag = told.g;
    options.renotify = true;
  }
  if (told.a) options.actions = told.a.map((one) => ({ action: one.a, title: one.t }));
  try {
    await worker.registration.showNotification(told.t, options);
  } catch (error) {
    await report(told, { e: "failed", w: String(error) });
    return;
  }
  await report(told, { e: "delivered", ...(told.x ? { x: told.x } : {}) });
}

/** A browser ends the subscription of whoever gets a message and shows nothing, so even a broken one is shown. */
async function read(data: Pushed["data"]): Promise<Told> {
  try {
    let bytes = new Uint8Array(data!.arrayBuffer());
    if (bytes[0] === 1) {
      const stream = new Blob([bytes.slice(1)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
      bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    }
    return JSON.parse(new TextDecoder().decode(bytes)) as Told;
  } catch {
    return { t: worker.location.hostname };
  }
}

async function opened(told: Told | undefined, action: string): Promise<void> {
  const button = told?.a?.find((one) => one.a === action);
  const url = button?.u ?? told?.u ?? "/";
  const said = report(told, button ? { e: "clicked", a: action, l: url } : { e: "opened", l: url });
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => one.url === new URL(url, worker.location.href).href);
  await (page ? page.focus() : worker.clients.openWindow(url)).catch(() => undefined);
  await said;
}

/** Tells what became of a notification; twice, if the first try fails, and then no more. */
async function report(told: Told | undefined, what: Record<string, unknown>): Promise<void> {
  if (told?.r) await post("/v1/push/events", { r: told.r, ...what });
}

async function post(path: string, said: unknown): Promise<void> {
  const send = (): Promise<Response> =>
    // As text, so that no preflight is needed.
    fetch(host + path, { method: "POST", body: JSON.stringify(said), keepalive: true, credentials: "omit" });
  await send().catch(() => send().catch(() => undefined));
}

/** The push service has ended a subscription: make another one and say whose it is, if a page said so before. */
async function renewed(event: Changed): Promise<void> {
  const kept = await (await caches.open("stepwell")).match("/stepwell-push");
  if (!kept) return;
  const { wording, topics, ...who } = (await kept.json()) as Record<string, unknown>;
  const before = event.oldSubscription;
  const key = before?.options.applicationServerKey;
  const fresh =
    event.newSubscription ??
    (key ? await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }) : null);
  const track = (name: string, properties: unknown): unknown => ({
    type: "track",
    messageId: crypto.randomUUID(),
    timestamp: new Date().toISOString(),
    event: name,
    properties,
    ...who,
  });
  const batch = [
    ...(fresh ? [track("push_subscribed", { subscription: { ...fresh.toJSON(), topics }, how: "renewed", wording })] : []),
    ...(before ? [track("push_unsubscribed", { subscription: { endpoint: before.endpoint }, reason: "renewed" })] : []),
  ];
  await post("/v1/b", { writeKey: given.get("k"), sentAt: new Date().toISOString(), batch });
}

export {};
