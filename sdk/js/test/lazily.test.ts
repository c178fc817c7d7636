/** The calls about notifications load what carries them out, once and only when it is asked for. */

import { afterEach, expect, it, vi } from "vitest";
import { Client } from "../src/client";
import { capture } from "../src/parts";
import { HOST, staged } from "./stage";

staged();

const scripts = (): HTMLScriptElement[] => [...document.head.querySelectorAll("script")];
const state = { supported: true, permission: "default", subscribed: false, consent: true, dismissed: 0 };

afterEach(() => {
  scripts().forEach((one) => one.remove());
  delete window.stepwellPush;
});

function arrive(): void {
  const calls = Object.fromEntries(
    ["subscribe", "unsubscribe", "state", "ask"].map((name) => [name, vi.fn(() => Promise.resolve(state))]),
  );
  window.stepwellPush = () => calls as never;
  for (const one of scripts()) one.onload?.(new Event("load"));
}

it("loads nothing until it is asked for", async () => {
  const client = new Client([capture]);
  const asked = client.push.subscribe();
  void client.push.state();
  expect(scripts()).toEqual([]);
  client.init({ writeKey: "KEY", host: HOST, capture: false });
  expect(scripts().map((one) => one.src)).toEqual([`${HOST}/sdk/v1/stepwell-push.min.js`]);
  arrive();
  expect(await asked).toEqual(state);
});

it("begins by itself where the page configures it, from where the page says", () => {
  const client = new Client([capture]);
  client.init({ writeKey: "KEY", host: HOST, capture: false, push: { script: "https://cdn.example/push.js" } });
  expect(scripts().map((one) => one.src)).toEqual(["https://cdn.example/push.js"]);
});

it("tries again after a script that did not arrive", async () => {
  const client = new Client([capture]);
  client.init({ writeKey: "KEY", host: HOST, capture: false });
  const lost = client.push.ask();
  (scripts()[0]!.onerror as () => void)();
  await expect(lost).rejects.toThrow("no script");
  const again = client.push.unsubscribe();
  expect(scripts()).toHaveLength(2);
  arrive();
  expect(await again).toEqual(state);
});
