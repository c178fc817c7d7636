// @segment/analytics-next in a browser's page: `segment_browser.mjs ADDRESS standard|batching`.
import { JSDOM } from "jsdom";

const page = new JSDOM("<!doctype html><title>Pricing</title>", {
  url: "https://shop.example/pricing?utm_source=news&utm_campaign=spring",
  referrer: "https://search.example/",
  pretendToBeVisual: true,
});
// What the client asks of a browser; it takes Node's own `fetch` where the page has none.
for (const name of ["window", "document", "location", "localStorage", "sessionStorage", "navigator", "Element", "HTMLElement"]) {
  Object.defineProperty(globalThis, name, { value: name === "window" ? page.window : page.window[name], configurable: true });
}
const sent = [];
const plain = globalThis.fetch;
globalThis.fetch = (...given) => {
  const request = plain(...given);
  sent.push(request);
  return request;
};
const { AnalyticsBrowser } = await import("@segment/analytics-next");

const [address, way] = process.argv.slice(2);
const settings = { apiHost: `${address.replace("http://", "")}/v1`, protocol: "http" };
if (way === "batching") settings.deliveryStrategy = { strategy: "batching", config: { size: 20, timeout: 200 } };
const [client] = await AnalyticsBrowser.load(
  { writeKey: "secret-key", cdnSettings: { integrations: { "Segment.io": { apiKey: "secret-key" } } } },
  { integrations: { "Segment.io": settings } },
);
client.setAnonymousId("visitor-1");
await client.page("Pricing");
await client.identify("ann", { email: "ann@people.example", firstName: "Ann" });
await client.track("Order Completed", { total: 12.5 });
await client.group("acme", { name: "Acme" });
await client.alias("ann", "visitor-1");
await new Promise((done) => setTimeout(done, 1500));
await Promise.all(sent);
process.exit(0);
