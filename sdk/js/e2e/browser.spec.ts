import { expect, type Page } from "@playwright/test";
import { chromium } from "../playwright.config";
import { type Receiver, snippet } from "./receiver";
import { test } from "./receiving";

test.skip(!chromium, "there is no Chromium on this machine");

test.beforeEach(({ receiver }) => {
  receiver.requests.length = 0;
  receiver.pages.clear();
  receiver.forms.clear();
  receiver.statuses = [];
  receiver.script = Promise.resolve();
});

type Stepwell = Record<string, (...given: unknown[]) => unknown>;
declare global {
  interface Window {
    stepwell: Stepwell;
  }
}

function put(receiver: Receiver, path: string, body: string, init?: string): string {
  receiver.pages.set(
    path,
    `<!doctype html><html><head><title>${path}</title>${snippet(receiver.host, init)}</head><body>${body}</body></html>`,
  );
  return receiver.site + path;
}

const loaded = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => (window.stepwell as unknown as { loaded?: boolean }).loaded);
/** After the timers that the page has set by now. */
const later = (page: Page): Promise<void> => page.evaluate(() => new Promise<void>((done) => setTimeout(done, 50)));
const call = (page: Page, method: string, ...given: unknown[]): Promise<unknown> =>
  page.evaluate(([name, all]) => window.stepwell[name as string]!(...(all as unknown[])), [method, given]);

test("the snippet keeps what is called before the script is there", async ({ page, receiver }) => {
  let arrive!: () => void;
  receiver.script = new Promise((resolve) => (arrive = resolve));
  const url = put(receiver, "/shop?utm_source=news", `<script>stepwell.track("Early",{n:1});stepwell.identify("u1")</script>`);
  receiver.pages.set("/shop", receiver.pages.get("/shop?utm_source=news")!);
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => (window.stepwell as unknown as unknown[]).length === 3);
  arrive();
  await loaded(page);
  await call(page, "flush");
  await expect.poll(() => receiver.events.map((e) => e.event ?? e.type)).toEqual(["page", "Early", "identify"]);
  const [view, early] = receiver.events;
  expect(view!.context).toMatchObject({ campaign: { source: "news" } });
  expect(view!.properties).toMatchObject({ page_url: url, title: "/shop?utm_source=news" });
  expect(early!.properties).toEqual({ n: 1 });
});

test("requests are simple ones to another origin: one batch, no preflight, no cookies", async ({ page, receiver }) => {
  await page.goto(put(receiver, "/a", ""));
  await loaded(page);
  await page.evaluate(() => {
    for (let i = 0; i < 30; i++) window.stepwell.track!(`e${i}`);
    window.stepwell.flush!();
  });
  await expect.poll(() => receiver.events.length).toBe(31);
  expect(receiver.requests.map((r) => r.method)).not.toContain("OPTIONS");
  // By number, and the rest after it; the page view may have gone alone before.
  expect(receiver.requests.length).toBeLessThanOrEqual(3);
  for (const { headers, path } of receiver.requests) {
    expect([path, headers["content-type"], headers.cookie]).toEqual(["/v1/b", "text/plain", undefined]);
  }
  expect(new Set(receiver.events.map((e) => e.anonymousId)).size).toBe(1);
});

test("leaving hands over what waits, the time and the depth", async ({ page, receiver }) => {
  await page.goto(put(receiver, "/long", `<div style="height:5000px"></div>`));
  put(receiver, "/next", "");
  await loaded(page);
  await call(page, "track", "Waiting");
  await page.mouse.move(10, 10);
  await page.evaluate(() => scrollTo(0, 2500));
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(2500);
  await page.waitForTimeout(1600);
  await page.goto(receiver.site + "/next");
  await expect.poll(() => receiver.named("page_left").length).toBe(1);
  expect(receiver.named("Waiting")).toHaveLength(1);
  const { properties } = receiver.named("page_left")[0]!;
  expect(properties!.page_url).toBe(receiver.site + "/long");
  expect(properties!.time_on_page).toBeGreaterThanOrEqual(1);
  expect(properties!.scroll_depth).toBeGreaterThan(40);
  expect(properties!.scroll_depth).toBeLessThan(100);
  expect(receiver.named("scroll_depth").map((e) => e.properties!.percent)).toContain(50);
});

test("closing the tab loses nothing", async ({ context, receiver }) => {
  const page = await context.newPage();
  await page.goto(put(receiver, "/bye", ""));
  await loaded(page);
  await call(page, "track", "Last words");
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => receiver.named("Last words").length).toBe(1);
  expect(receiver.named("page_left")).toHaveLength(1);
});

test("Global Privacy Control: nothing sent, nothing kept, until the visitor chooses", async ({ browser, receiver }) => {
  const context = await browser.newContext();
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  const page = await context.newPage();
  const url = put(receiver, "/gpc", `<form data-stepwell-form="newsletter"><input type="email" name="email"><button>Go</button></form>`);
  await page.goto(url);
  await loaded(page);
  await call(page, "track", "Quiet");
  await call(page, "identify", "u1");
  await page.fill("input", "ann@people.example");
  await page.reload();
  await loaded(page);
  expect(receiver.requests).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await call(page, "consent", { analytics: true });
  await call(page, "flush");
  await expect.poll(() => receiver.events.map((e) => e.type)).toEqual(["page"]);
  expect(receiver.events[0]!.context.consent).toEqual({ analytics: true, marketing: false, gpc: true, explicit: true });
  await call(page, "optOut");
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["stepwell_id:consent"]);
  await context.close();
});

test("a form that is sent away by its page still tells who sent it, and no secret", async ({ page, receiver }) => {
  put(receiver, "/thanks", "");
  await page.goto(
    put(
      receiver,
      "/form",
      `<form id="join" action="/thanks" data-stepwell-form="newsletter">
        <input type="email" name="email"><input name="first_name"><input type="password" name="pw">
        <input name="card" autocomplete="cc-number"><input name="note"><input type="hidden" name="h" value="hidden-value">
        <button>Join</button></form>`,
    ),
  );
  await loaded(page);
  await page.fill("[name=email]", "ann@people.example");
  await page.fill("[name=first_name]", "Ann");
  await page.fill("[name=pw]", "top-secret");
  await page.fill("[name=card]", "4242");
  await page.fill("[name=note]", "4111 1111 1111 1111");
  await page.click("button");
  await page.waitForURL("**/thanks**");
  await expect.poll(() => receiver.named("form_submission").length).toBe(1);
  expect(receiver.named("form_submission")[0]!.properties).toMatchObject({
    form_id: "join",
    form_type: "newsletter",
    fields: { email: "ann@people.example", first_name: "Ann" },
  });
  expect(receiver.named("identify")[0]!.traits).toEqual({ email: "ann@people.example", first_name: "Ann" });
  expect(receiver.named("page_abandonment")).toEqual([]);
  const all = JSON.stringify(receiver.requests);
  for (const secret of ["top-secret", "4242", "4111", "hidden-value"]) expect(all).not.toContain(secret);
});

test("a form that is begun and left is told of", async ({ page, receiver }) => {
  await page.goto(put(receiver, "/ask", `<form id="ask" data-stepwell-form="contact"><input name="topic"></form>`));
  await loaded(page);
  await page.fill("[name=topic]", "x");
  await page.goto("about:blank");
  await expect.poll(() => receiver.named("page_abandonment").length).toBe(1);
  expect(receiver.named("page_abandonment")[0]!.properties).toMatchObject({ form_id: "ask", fields_filled: ["topic"] });
});

test("views of an application are pages, each left once", async ({ page, receiver }) => {
  await page.goto(put(receiver, "/app", ""));
  await loaded(page);
  await page.evaluate(() => history.pushState({}, "", "/app/one"));
  await later(page);
  await page.evaluate(() => history.pushState({}, "", "/app/two"));
  await later(page);
  await page.evaluate(() => new Promise((done) => {
    addEventListener("popstate", done);
    history.back();
  }).then(() => undefined));
  await later(page);
  await call(page, "flush");
  await expect
    .poll(() => receiver.named("page").map((e) => e.properties!.path))
    .toEqual(["/app", "/app/one", "/app/two", "/app/one"]);
  expect(receiver.named("page_left").map((e) => new URL(e.properties!.page_url as string).pathname)).toEqual([
    "/app",
    "/app/one",
    "/app/two",
  ]);
});

test("a fault of the platform costs nothing", async ({ page, receiver }) => {
  receiver.statuses = [503, 429];
  await page.goto(put(receiver, "/fault", ""));
  await loaded(page);
  await call(page, "track", "Kept");
  await call(page, "flush");
  await expect.poll(() => receiver.named("Kept").length).toBe(1);
  expect(receiver.requests.length).toBeGreaterThanOrEqual(3);
});

test("what could not be sent goes out with the next page", async ({ context, page, receiver }) => {
  await page.goto(put(receiver, "/offline", ""));
  await loaded(page);
  await context.setOffline(true);
  await call(page, "track", "Underground");
  await call(page, "flush");
  await page.waitForTimeout(300);
  expect(receiver.named("Underground")).toEqual([]);
  await context.setOffline(false);
  await expect.poll(() => receiver.named("Underground").length).toBe(1);
});

test("a progressive form asks what comes next", async ({ page, receiver }) => {
  receiver.forms.set("/v1/forms/demo/next", {
    fields: [{ name: "company", label: "Company", type: "text", required: true, consent: "You may keep it." }],
    done: false,
    stage: "2",
  });
  await page.goto(
    put(
      receiver,
      "/demo",
      `<form data-stepwell-progressive="demo" onsubmit="event.preventDefault()"><button>Go</button></form>
       <form data-stepwell-progressive="unknown"><input name="kept"></form>`,
    ),
  );
  await page.fill("[name=company]", "Acme");
  await page.check("[name=company__consent]");
  await page.click("button");
  await expect.poll(() => receiver.named("identify").map((e) => e.traits)).toEqual([{ company: "Acme" }]);
  await expect.poll(() => receiver.named("form_submission").length).toBe(1);
  expect(receiver.named("form_submission")[0]!.properties).toMatchObject({
    form_id: "demo",
    stage: "2",
    consents: { company: true },
  });
  await expect(page.locator("[name=kept]")).toBeVisible();
});

test("clicks and downloads", async ({ page, receiver }) => {
  await page.goto(
    put(
      receiver,
      "/clicks",
      `<button data-stepwell-cta="try"><b>Try it</b></button><a href="data:text/plain,x" download="guide.pdf">Guide</a>`,
    ),
  );
  await loaded(page);
  await page.click("b");
  await page.click("a");
  await call(page, "flush");
  await expect.poll(() => receiver.named("download").length).toBe(1);
  expect(receiver.named("cta_click")[0]!.properties).toMatchObject({ cta: "try", text: "Try it" });
  expect(receiver.named("download")[0]!.properties).toMatchObject({ file: "guide.pdf" });
});

test("nothing of the client shows on the page's console", async ({ page, receiver }) => {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(put(receiver, "/console", `<link rel="icon" href="data:,">`));
  await loaded(page);
  await call(page, "track", "x");
  await call(page, "flush");
  await expect.poll(() => receiver.named("x").length).toBe(1);
  expect(said).toEqual([]);
});
