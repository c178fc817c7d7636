import { beforeEach, describe, expect, it, vi } from "vitest";
import { gpc, kept, leave, settle, show, staged, START } from "./stage";

const stage = staged();

beforeEach(() => {
  document.body.innerHTML = "";
});

const click = (selector: string): void =>
  void document.querySelector(selector)!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));

describe("pages", () => {
  it("are told of at once, with campaign and referrer", async () => {
    vi.spyOn(document, "referrer", "get").mockReturnValue("https://search.example/?q=shoes#top");
    const client = stage.client({ capture: { engagement: false } });
    const [page] = await stage.sent(client);
    expect(page!.properties).toMatchObject({
      page_url: `https://shop.example${START}`,
      referrer: "https://search.example/?q=shoes",
    });
    expect(page!.context.campaign).toEqual({ source: "news", name: "spring" });
  });

  it("of an application are told of once each; the campaign stays, the referrer is the page before", async () => {
    const client = stage.client({ capture: true });
    history.pushState({}, "", "/pricing");
    document.title = "Pricing";
    await settle();
    history.replaceState({ scroll: 1 }, "", "/pricing");
    history.pushState({}, "", "/pricing#plans");
    await settle();
    history.pushState({}, "", "/redirect");
    history.replaceState({}, "", "/target?x=1");
    await settle();
    await stage.sent(client);
    const pages = stage.named("page");
    expect(pages.map((p) => p.properties!.path)).toEqual(["/start", "/pricing", "/target"]);
    expect(pages[1]!.properties).toMatchObject({ title: "Pricing", referrer: `https://shop.example${START}` });
    expect(pages[2]!.context.campaign).toEqual({ source: "news", name: "spring" });
    expect(stage.named("page_left").map((e) => [e.properties!.page_url, (e.context.page as { path: string }).path])).toEqual([
      [`https://shop.example${START}`, "/start"],
      ["https://shop.example/pricing", "/pricing"],
    ]);
  });

  it("by fragment are pages when they look like paths", async () => {
    const client = stage.client({ capture: { engagement: false } });
    location.hash = "#/cart";
    dispatchEvent(new Event("hashchange"));
    await settle();
    location.hash = "#top";
    dispatchEvent(new Event("hashchange"));
    await settle();
    await stage.sent(client);
    expect(stage.named("page").map((p) => p.properties!.url)).toEqual([
      `https://shop.example${START}`,
      `https://shop.example${START}#/cart`,
      `https://shop.example${START}`,
    ]);
  });

  it("from the browser's cache count again", async () => {
    const client = stage.client({ capture: true });
    leave();
    dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    await stage.sent(client);
    expect(stage.named("page")).toHaveLength(2);
  });

  it("seen before consent are told of when it is given, without the time before", async () => {
    gpc();
    const client = stage.client({ capture: true });
    await vi.advanceTimersByTimeAsync(20_000);
    client.consent({ analytics: true });
    await vi.advanceTimersByTimeAsync(3_000);
    leave();
    expect(stage.named("page")).toHaveLength(1);
    expect(stage.named("page_left").map((e) => e.properties!.visible_seconds)).toEqual([3]);
  });

  it("are told of again when withdrawn consent is given again", async () => {
    const client = stage.client({ capture: true });
    await stage.sent(client);
    client.optOut();
    client.optIn();
    await stage.sent(client);
    expect(stage.named("page")).toHaveLength(2);
  });

  it("called before consent, or before it was withdrawn, are not told of when they are left", () => {
    const client = stage.client({ capture: { pages: false }, consent: { analytics: false } });
    client.page("Before");
    client.consent({ analytics: true });
    leave();
    expect(stage.events).toEqual([]);
    client.page("Between");
    client.consent({ analytics: false });
    client.consent({ analytics: true });
    leave();
    expect(stage.named("page_left")).toEqual([]);
  });

  it("can be left to the page", async () => {
    const client = stage.client({ capture: { pages: false } });
    history.pushState({}, "", "/pricing");
    await settle();
    client.page("Pricing");
    leave();
    expect(stage.events.map((e) => e.event ?? e.type)).toEqual(["page", "page_left"]);
  });
});

describe("time on page", () => {
  it("counts while the page is shown and used", () => {
    stage.client({ capture: true });
    vi.advanceTimersByTime(10_000);
    dispatchEvent(new Event("pointermove"));
    vi.advanceTimersByTime(5_000);
    show("hidden");
    vi.advanceTimersByTime(60_000);
    show("visible");
    vi.advanceTimersByTime(2_000);
    leave();
    expect(stage.named("page_left").map((e) => e.properties)).toMatchObject([{ time_on_page: 17, visible_seconds: 17 }]);
  });

  it("stops half a minute after the last sign of life", () => {
    stage.client({ capture: true });
    vi.advanceTimersByTime(300_000);
    dispatchEvent(new Event("scroll"));
    vi.advanceTimersByTime(5_000);
    leave();
    expect(stage.named("page_left").map((e) => e.properties)).toMatchObject([{ time_on_page: 35, visible_seconds: 305 }]);
  });

  it("of a page that dies in the background is told by the next one, once", async () => {
    stage.client({ capture: true });
    vi.advanceTimersByTime(4_000);
    show("hidden");
    expect(stage.named("page_left")).toHaveLength(0);
    expect(kept()).toHaveLength(1);
    const next = stage.client({ capture: false });
    await stage.sent(next);
    expect(stage.named("page_left").map((e) => e.properties!.time_on_page)).toEqual([4]);
  });

  it("is forgotten when consent is withdrawn in the background", () => {
    const client = stage.client({ capture: true });
    show("hidden");
    expect(kept()).toHaveLength(1);
    client.optOut();
    expect(kept()).toHaveLength(0);
  });

  it("is told once when leaving fires twice", () => {
    stage.client({ capture: true });
    show("hidden");
    leave();
    show("hidden");
    leave();
    expect(stage.named("page_left")).toHaveLength(1);
  });
});

describe("scrolling", () => {
  const scrollTo = (y: number): void => {
    Object.assign(window, { scrollY: y });
    dispatchEvent(new Event("scroll"));
  };

  it("is told of at four marks, once each, and at the end", async () => {
    vi.spyOn(document.documentElement, "scrollHeight", "get").mockReturnValue(4 * innerHeight);
    const client = stage.client({ capture: true });
    scrollTo(innerHeight);
    scrollTo(0);
    scrollTo(innerHeight);
    scrollTo(3 * innerHeight);
    scrollTo(0);
    leave();
    await stage.sent(client);
    expect(stage.named("scroll_depth").map((e) => e.properties!.percent)).toEqual([25, 50, 75, 100]);
    expect(stage.named("page_left")[0]!.properties!.scroll_depth).toBe(100);
  });
});

describe("clicks", () => {
  beforeEach(() => {
    document.body.innerHTML = `
      <a id="cta" data-stepwell-cta="buy" href="/checkout?token=1&plan=pro"><b>Buy now</b></a>
      <a id="pdf" href="https://shop.example/files/guide.pdf?x=1" data-stepwell-download="guide"><i></i></a>
      <a id="named" download="book.txt" href="/x">Book</a>
      <a id="plain" href="/about">About</a>
      <button id="button">Hi</button>
      <form><button id="inform">Send</button></form>
      <div data-stepwell-ignore><a id="ignored" data-stepwell-cta="x" href="/a.pdf">No</a></div>`;
  });

  it("on what is marked, and on files", async () => {
    const client = stage.client({ capture: { pages: false } });
    for (const id of ["#cta b", "#pdf i", "#named", "#plain", "#button", "#inform", "#ignored"]) click(id);
    await stage.sent(client);
    expect(stage.events.map((e) => [e.event, e.properties])).toEqual([
      ["cta_click", { cta: "buy", text: "Buy now", href: "https://shop.example/checkout?plan=pro" }],
      ["download", { href: "https://shop.example/files/guide.pdf?x=1", file: "guide.pdf", content: "guide" }],
      ["download", { href: "https://shop.example/x", file: "book.txt" }],
    ]);
  });

  it("on every button when asked to", async () => {
    const client = stage.client({ capture: { pages: false, clicks: "all" } });
    for (const id of ["#button", "#inform"]) click(id);
    await stage.sent(client);
    expect(stage.events.map((e) => e.properties)).toEqual([{ cta: "button", text: "Hi" }]);
  });
});

describe("video", () => {
  it("is begun, seen in part, and seen to the end; a second time is another", async () => {
    document.body.innerHTML = `<video id="tour" src="https://shop.example/tour.mp4"></video>`;
    const client = stage.client({ capture: { pages: false } });
    const tour = document.querySelector("video")!;
    Object.defineProperty(tour, "duration", { value: 100 });
    const at = (seconds: number, name: string): void => {
      Object.defineProperty(tour, "currentTime", { value: seconds, configurable: true });
      tour.dispatchEvent(new Event(name));
    };
    at(0, "timeupdate");
    at(0, "play");
    at(10, "timeupdate");
    at(26, "timeupdate");
    at(30, "timeupdate");
    at(30, "play");
    at(20, "timeupdate");
    at(80, "timeupdate");
    at(100, "ended");
    at(0, "play");
    await stage.sent(client);
    expect(stage.events.map((e) => [e.event, e.properties!.percent])).toEqual([
      ["video_play", undefined],
      ["video_progress", 25],
      ["video_progress", 75],
      ["video_complete", undefined],
      ["video_play", undefined],
    ]);
    expect(stage.events[1]!.properties).toEqual({ video: "tour", position: 26, duration: 100, percent: 25 });
  });
});

it("each part can be off", async () => {
  document.body.innerHTML = `<a id="cta" data-stepwell-cta="buy" href="/a.pdf">Buy</a>`;
  const client = stage.client({ capture: false });
  click("#cta");
  dispatchEvent(new Event("scroll"));
  history.pushState({}, "", "/pricing");
  await settle();
  leave();
  expect(await stage.sent(client)).toEqual([]);
});
