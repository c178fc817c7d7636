import { expect, it, vi } from "vitest";
import { fails, kept, leave, ok, settle, show, staged, status } from "./stage";

const stage = staged();
const size = (text: unknown): number => new TextEncoder().encode(String(text)).length;

it("sends by number", async () => {
  const client = stage.client({ flushAt: 3 });
  client.track("a");
  client.track("b");
  await settle();
  expect(stage.requests).toHaveLength(0);
  client.track("c");
  await settle();
  expect(stage.bodies.map((b) => b.batch.length)).toEqual([3]);
});

it("sends by time", async () => {
  const client = stage.client({ flushInterval: 1000 });
  client.track("a");
  await vi.advanceTimersByTimeAsync(999);
  expect(stage.requests).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(stage.events).toHaveLength(1);
});

it("keeps batches under 475 KB and the order", async () => {
  const client = stage.client({ flushAt: 1000 });
  for (let i = 0; i < 40; i++) client.track(`e${i}`, { text: "ü".repeat(10_000) });
  await stage.sent(client);
  expect(stage.bodies.length).toBeGreaterThan(1);
  for (const { init } of stage.requests) expect(size(init.body)).toBeLessThanOrEqual(475 * 1024);
  expect(stage.events.map((e) => e.event)).toEqual(Array.from({ length: 40 }, (_, i) => `e${i}`));
});

it("drops events over 32 KB and what is no JSON", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const client = stage.client({ debug: true });
  client.track("big", { text: "x".repeat(33_000) });
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  client.track("circle", circle);
  client.track("good");
  expect((await stage.sent(client)).map((e) => e.event)).toEqual(["good"]);
  expect(warn).toHaveBeenCalledTimes(2);
});

it.each([
  ["no network", fails],
  ["too many", status(429)],
  ["fault", status(503)],
])("tries again after %s, with the same ids", async (_, answer) => {
  const client = stage.client();
  stage.answers = [answer, answer];
  client.track("a");
  await stage.sent(client);
  expect(stage.requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(stage.requests).toHaveLength(3);
  const ids = stage.requests.map((r) => (JSON.parse(r.init.body as string) as { batch: { messageId: string }[] }).batch[0]!.messageId);
  expect(new Set(ids).size).toBe(1);
  expect(stage.events).toHaveLength(1);
});

it("waits as long as it is told to, and longer each time", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const client = stage.client();
  stage.answers = [status(429, { "Retry-After": "30" }), status(500), status(500)];
  client.track("a");
  await stage.sent(client);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(stage.requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(stage.requests).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2_499);
  expect(stage.requests).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(stage.requests).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(4_499);
  expect(stage.requests).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(stage.events).toHaveLength(1);
});

it("new events do not shorten the wait after a fault", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const client = stage.client({ flushAt: 1 });
  stage.answers = [status(503, { "Retry-After": "60" })];
  client.track("a");
  await settle();
  client.track("b");
  await vi.advanceTimersByTimeAsync(50_000);
  expect(stage.requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(stage.events.map((e) => e.event)).toEqual(["a", "b"]);
});

it.each([400, 401, 404])("gives up what is refused with %i, and goes on", async (code) => {
  const client = stage.client();
  stage.answers = [status(code)];
  client.track("bad");
  await stage.sent(client);
  client.track("good");
  await stage.sent(client);
  expect(stage.events.map((e) => e.event)).toEqual(["good"]);
  expect(kept()).toHaveLength(0);
});

it("halves what is too large", async () => {
  const client = stage.client();
  stage.answers = [status(413)];
  for (const name of ["a", "b", "c"]) client.track(name);
  await stage.sent(client);
  expect(stage.bodies.map((b) => b.batch.length)).toEqual([2, 1]);
});

it("waits while offline and sends when back", async () => {
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const client = stage.client();
  client.track("a");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stage.requests).toHaveLength(0);
  online.mockReturnValue(true);
  dispatchEvent(new Event("online"));
  await settle();
  expect(stage.events).toHaveLength(1);
});

it("survives a reload that comes before the answer", async () => {
  stage.answers = [fails];
  const client = stage.client();
  client.track("a");
  await stage.sent(client);
  expect(kept()).toHaveLength(1);
  const next = stage.client();
  await stage.sent(next);
  expect(stage.events.map((e) => e.event)).toEqual(["a"]);
  expect(kept()).toHaveLength(0);
});

it("takes over once what two tabs have kept", async () => {
  stage.answers = [fails];
  const client = stage.client();
  client.track("a");
  await stage.sent(client);
  localStorage.setItem("stepwell_q:other", localStorage.getItem(kept()[0]!)!);
  const next = stage.client();
  await stage.sent(next);
  expect(stage.events.map((e) => e.event)).toEqual(["a"]);
});

it("takes over an unreadable queue as none", async () => {
  localStorage.setItem("stepwell_q:x", "{nonsense");
  localStorage.setItem("stepwell_q:y", '[{"j":7},{}]');
  const client = stage.client();
  client.track("a");
  expect((await stage.sent(client)).map((e) => e.event)).toEqual(["a"]);
});

it("keeps the newest when it may not send", () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const client = stage.client({ maxQueue: 3 });
  for (let i = 0; i < 10; i++) client.track(`e${i}`);
  const [name] = kept();
  const names = (JSON.parse(localStorage.getItem(name!)!) as { j: string }[]).map((e) => (JSON.parse(e.j) as { event: string }).event);
  expect(names).toEqual(["e7", "e8", "e9"]);
});

it("keeps no more than fits into local storage", () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const client = stage.client();
  for (let i = 0; i < 60; i++) client.track(`e${i}`, { text: "x".repeat(30_000) });
  const text = localStorage.getItem(kept()[0]!)!;
  expect(text.length).toBeLessThan(1_100_000);
  expect(text).toContain("e59");
});

it("hands over to the browser when the page goes", () => {
  const client = stage.client();
  client.track("a");
  leave();
  expect(stage.beacons.map((b) => b.batch.map((e) => e.event))).toEqual([["a"]]);
  expect(stage.beacons[0]).toMatchObject({ writeKey: "KEY" });
  expect((stage.requests[0]!.init.body as Blob).type).toBe("text/plain");
  expect(kept()).toHaveLength(0);
});

it("hands over when the page is hidden, too", () => {
  const client = stage.client();
  client.track("a");
  show("hidden");
  expect(stage.beacons).toHaveLength(1);
});

it("keeps beacons under 64 KB and the rest in storage", () => {
  const client = stage.client({ flushAt: 1000 });
  for (let i = 0; i < 5; i++) client.track(`e${i}`, { text: "x".repeat(25_000) });
  leave();
  for (const { init } of stage.requests) expect((init.body as Blob).size).toBeLessThanOrEqual(64 * 1024);
  expect(stage.events).toHaveLength(5);
  stage.takesBeacons = false;
  client.track("later");
  leave();
  expect(kept()).toHaveLength(1);
});

it("asks for requests that outlive the page only when they are small", async () => {
  const client = stage.client({ flushAt: 1000 });
  client.track("small");
  await stage.sent(client);
  for (let i = 0; i < 3; i++) client.track("large", { text: "x".repeat(30_000) });
  await stage.sent(client);
  expect(stage.requests.map((r) => r.init.keepalive)).toEqual([true, false]);
});

it("sends one request at a time", async () => {
  let answer!: () => void;
  const first = new Promise<void>((resolve) => (answer = resolve));
  stage.answers = [() => first.then(ok)];
  const client = stage.client({ flushAt: 1 });
  client.track("a");
  client.track("b");
  client.track("c");
  await settle();
  expect(stage.requests).toHaveLength(1);
  answer();
  await settle();
  expect(stage.bodies.map((b) => b.batch.map((e) => e.event))).toEqual([["a"], ["b", "c"]]);
});
