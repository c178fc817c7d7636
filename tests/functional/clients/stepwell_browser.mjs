// Our own client, loaded by the snippet of its README: `stepwell_browser.mjs ADDRESS [KEY]`.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const [address, key = "secret-key"] = process.argv.slice(2);
const readme = readFileSync(new URL("../../../sdk/js/README.md", import.meta.url), "utf8");
const snippet = /<script>\n!function[\s\S]+?<\/script>/.exec(readme)[0];
const sent = [];
const send = (url, init) => {
  const request = fetch(url, init);
  sent.push(request);
  return request;
};
const { window } = new JSDOM(
  `<!doctype html><title>Pricing</title>${snippet.replace("https://HOST", address).replace("WRITE_KEY", key)}
   <script>stepwell.track("Order Completed", { total: 12.5 });</script>
   <form data-stepwell-form="newsletter"><input type="email" name="email" value="ann@people.example"></form>`,
  {
    url: "https://shop.example/pricing?utm_source=news",
    runScripts: "dangerously",
    resources: "usable",
    pretendToBeVisual: true,
    beforeParse(page) {
      // What jsdom has not: Node's own, and beacons made of it.
      page.fetch = (url, init) => send(url, { ...init, signal: undefined });
      page.TextEncoder = TextEncoder;
      page.navigator.sendBeacon = (url, body) => {
        body.text().then((text) => send(url, { method: "POST", body: text, headers: { "Content-Type": body.type } }));
        return true;
      };
      page.Blob = Blob;
    },
  },
);
while (!window.stepwell.loaded) await new Promise((again) => setTimeout(again, 20));
window.document.querySelector("form").dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true }));
window.stepwell.group("acme", { name: "Acme" });
window.stepwell.alias("ann");
window.dispatchEvent(new window.Event("pagehide"));
await new Promise((done) => setTimeout(done, 500));
await Promise.all(sent);
process.exit(0);
