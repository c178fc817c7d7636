import { describe, expect, it, vi } from "vitest";
import { Client } from "../src/client";
import { HOST, kept, staged } from "./stage";

const stage = staged();

describe("calls", () => {
  it("say what happened, in the shape of the tracking API", async () => {
    const client = stage.client();
    client.track("Order Completed", { total: 12.5 });
    client.page("Pricing", { plan: "pro" });
    client.identify("u1", { email: "ann@people.example" });
    client.group("acme", { seats: 5 });
    const [track, page, identify, group] = await stage.sent(client);
    expect(track).toMatchObject({ type: "track", event: "Order Completed", properties: { total: 12.5 } });
    expect(page).toMatchObject({
      type: "page",
      name: "Pricing",
      properties: { plan: "pro", path: "/start", title: "Start", page_url: location.href },
    });
    expect(identify).toMatchObject({ type: "identify", userId: "u1", traits: { email: "ann@people.example" } });
    expect(group).toMatchObject({ type: "group", groupId: "acme", userId: "u1", traits: { seats: 5 } });
    expect(new Set(stage.events.map((e) => e.messageId)).size).toBe(4);
    expect(new Set(stage.events.map((e) => e.anonymousId))).toEqual(new Set([client.anonymousId()]));
    expect(track!.context).toMatchObject({
      campaign: { source: "news", name: "spring" },
      page: { path: "/start" },
      consent: { analytics: true, marketing: true, gpc: false, explicit: false },
    });
  });

  it("go out as a simple request with the key in the body", async () => {
    const client = stage.client();
    client.track("x");
    await stage.sent(client);
    const [{ url, init }] = stage.requests as [{ url: string; init: RequestInit }];
    expect(url).toBe(`${HOST}/v1/b`);
    expect(init).toMatchObject({ method: "POST", headers: { "Content-Type": "text/plain" }, credentials: "omit" });
    expect(stage.bodies[0]).toMatchObject({ writeKey: "KEY", context: { library: { name: "stepwell.js" } } });
  });

  it("before init wait for it and keep their time", async () => {
    const client = new Client([]);
    const at = new Date().toISOString();
    client.track("early");
    vi.advanceTimersByTime(60_000);
    client.init({ writeKey: "KEY", host: HOST });
    const [early] = await stage.sent(client);
    expect(early).toMatchObject({ event: "early", timestamp: at });
  });

  it("need a key and a host", () => {
    expect(() => new Client([]).init({ writeKey: "", host: HOST })).toThrow("writeKey");
    expect(() => new Client([]).init({ writeKey: "KEY" })).toThrow("host");
  });

  it("take a host with a slash, and only the first init", async () => {
    const client = stage.client({ host: `${HOST}/` });
    client.init({ writeKey: "OTHER", host: "https://other.example" });
    client.track("x");
    await stage.sent(client);
    expect(stage.requests[0]?.url).toBe(`${HOST}/v1/b`);
  });
});

describe("who it is", () => {
  it("stays over page loads and is new after reset", () => {
    const first = stage.client();
    const id = first.anonymousId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    first.identify("u1");
    const second = stage.client();
    expect([second.anonymousId(), second.user()]).toEqual([id, "u1"]);
    second.reset();
    expect(second.user()).toBeUndefined();
    expect(second.anonymousId()).not.toBe(id);
  });

  it("is in a cookie when a domain is given", () => {
    const client = stage.client({ cookieDomain: "shop.example" });
    const id = client.anonymousId()!;
    expect(document.cookie).toContain(`stepwell_anonymous=${id}`);
    localStorage.clear();
    expect(stage.client({ cookieDomain: "shop.example" }).anonymousId()).toBe(id);
  });

  it("is in a cookie where local storage is forbidden, and in memory where cookies are too", () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("no", "SecurityError");
    });
    const id = stage.client().anonymousId();
    expect(stage.client().anonymousId()).toBe(id);
    vi.spyOn(document, "cookie", "get").mockReturnValue("");
    const client = stage.client();
    expect(client.anonymousId()).toBe(client.anonymousId());
  });

  it("is another one when another user signs in on the same device", () => {
    const client = stage.client();
    const id = client.anonymousId();
    client.identify("u1");
    client.identify("u1");
    expect(client.anonymousId()).toBe(id);
    client.identify("u2");
    expect(client.anonymousId()).not.toBe(id);
  });

  it("takes traits without an id, and numbers as ids", async () => {
    const client = stage.client();
    client.identify({ email: "a@people.example" });
    client.identify(7);
    const [traits, seven] = await stage.sent(client);
    expect(traits).toMatchObject({ type: "identify", traits: { email: "a@people.example" } });
    expect(traits).not.toHaveProperty("userId");
    expect(seven?.userId).toBe("7");
  });

  it("alias links the former id", async () => {
    const client = stage.client();
    const anonymous = client.anonymousId();
    client.alias("u9");
    client.alias("u10", "old");
    const [first, second] = await stage.sent(client);
    expect(first).toMatchObject({ type: "alias", userId: "u9", previousId: anonymous });
    expect(second).toMatchObject({ userId: "u10", previousId: "old" });
  });

  it("works without randomUUID, as on pages without TLS", () => {
    vi.stubGlobal("crypto", { getRandomValues: (a: Uint8Array) => a.fill(171) });
    expect(stage.client().anonymousId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    vi.unstubAllGlobals();
  });
});

describe("addresses", () => {
  it("lose what looks like a secret, credentials and fragments", async () => {
    history.replaceState({}, "", "/reset?token=t0p&Email=a%40b.c&plan=pro&author=x#access_token=1");
    const client = stage.client();
    client.page();
    const [page] = await stage.sent(client);
    expect(page!.properties!.url).toBe("https://shop.example/reset?plan=pro&author=x");
    expect(page!.properties!.search).toBe("?plan=pro&author=x");
    expect(JSON.stringify(stage.bodies)).not.toContain("t0p");
  });

  it("go through the page's own hand at last", async () => {
    const client = stage.client({ cleanUrl: (url) => url.replace(/start/, "…") });
    client.page();
    const [page] = await stage.sent(client);
    expect(page!.properties).toMatchObject({ path: "/…" });
  });
});

it("leaves nothing behind when all was sent", async () => {
  const client = stage.client();
  client.track("x");
  expect(kept()).toHaveLength(1);
  await stage.sent(client);
  expect(kept()).toHaveLength(0);
});
