import { describe, expect, it, vi } from "vitest";
import { fails, gpc, kept, leave, settle, staged, status } from "./stage";

const stage = staged();
const traces = (): string[] => [...Object.keys(localStorage), ...document.cookie.split("; ").filter(Boolean)];

describe("Global Privacy Control", () => {
  it("means that nothing is kept and nothing is sent", async () => {
    gpc();
    const client = stage.client({ capture: true });
    client.track("a");
    client.page();
    client.identify("u1", { email: "ann@people.example" });
    client.alias("u2");
    client.group("g");
    await stage.sent(client);
    leave();
    expect(stage.requests).toHaveLength(0);
    expect(traces()).toEqual([]);
    expect(client.anonymousId()).toBeUndefined();
    expect(client.consent()).toEqual({ analytics: false, marketing: false, gpc: true, explicit: false });
  });

  it("also beats the page's default", async () => {
    gpc();
    const client = stage.client({ consent: { analytics: true, marketing: true } });
    client.track("a");
    expect(await stage.sent(client)).toEqual([]);
  });

  it("gives way to what the visitor explicitly chose, by category", async () => {
    gpc();
    const client = stage.client();
    client.consent({ analytics: true });
    client.track("a");
    client.identify("u1");
    const events = await stage.sent(client);
    expect(events.map((e) => e.type)).toEqual(["track"]);
    expect(events[0]!.context.consent).toEqual({ analytics: true, marketing: false, gpc: true, explicit: true });
  });

  it("is believed when it says no", async () => {
    gpc(false);
    const client = stage.client();
    client.track("a");
    expect(await stage.sent(client)).toHaveLength(1);
  });
});

describe("consent", () => {
  it("may be asked for first", async () => {
    const client = stage.client({ consent: { analytics: false, marketing: false } });
    client.track("before");
    client.optIn();
    client.track("after");
    expect((await stage.sent(client)).map((e) => e.event)).toEqual(["after"]);
  });

  it("is remembered", async () => {
    stage.client().optOut();
    const next = stage.client();
    next.track("a");
    expect(await stage.sent(next)).toEqual([]);
    expect(traces()).toEqual(["stepwell_id:consent"]);
  });

  it("when withdrawn, takes queue and identifiers along", async () => {
    stage.answers = [status(503)];
    const client = stage.client();
    client.identify("u1");
    client.track("a");
    await stage.sent(client);
    client.optOut();
    expect(traces()).toEqual(["stepwell_id:consent"]);
    await vi.advanceTimersByTimeAsync(120_000);
    leave();
    expect(stage.requests).toHaveLength(1);
    expect(client.user()).toBeUndefined();
    client.optIn();
    client.track("again");
    await stage.sent(client);
    expect(stage.events.map((e) => e.event)).toEqual(["again"]);
  });

  it("when withdrawn, stops the request under way", async () => {
    let signal: AbortSignal | null | undefined;
    const client = stage.client();
    stage.answers = [
      () =>
        new Promise((_, reject) => {
          signal = stage.requests[0]!.init.signal;
          signal?.addEventListener("abort", () => reject(new DOMException("gone", "AbortError")));
        }),
    ];
    client.track("a");
    await stage.sent(client);
    client.optOut();
    await settle();
    expect(signal?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(stage.requests).toHaveLength(1);
  });

  it("for marketing only withdrawn keeps the anonymous history", async () => {
    stage.answers = [fails];
    const client = stage.client();
    const id = client.anonymousId();
    client.identify("u1", { email: "ann@people.example" });
    client.track("a");
    await stage.sent(client);
    client.consent({ marketing: false });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(stage.events.map((e) => e.type)).toEqual(["track"]);
    expect(client.anonymousId()).toBe(id);
    expect(client.user()).toBeUndefined();
    client.track("b");
    const [, b] = await stage.sent(client);
    expect(b).not.toHaveProperty("userId");
  });

  it("decides over what an earlier page left", async () => {
    stage.answers = [fails];
    const client = stage.client();
    client.track("a");
    await stage.sent(client);
    gpc();
    const next = stage.client();
    await stage.sent(next);
    expect(stage.events).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it("before init waits for it", async () => {
    const { Client } = await import("../src/client");
    const client = new Client([]);
    expect(client.consent({ analytics: false })).toBeUndefined();
    client.init({ writeKey: "KEY", host: "https://events.example" });
    expect(client.consent()?.analytics).toBe(false);
  });

  it("in somebody else's words is none", () => {
    localStorage.setItem("stepwell_id:consent", "nonsense");
    expect(stage.client().consent()).toMatchObject({ analytics: true, explicit: false });
  });
});
