/** A page with a client: requests and beacons are kept, listeners are taken away again after each test. */

import { afterEach, beforeEach, vi } from "vitest";
import { Client } from "../src/client";
import { capture } from "../src/parts";
import type { Config, Message } from "../src/types";

export const HOST = "https://events.example";
export const START = "/start?utm_source=news&utm_campaign=spring";

export interface Batch {
  writeKey: string;
  sentAt: string;
  context: Record<string, unknown>;
  batch: (Message & { event?: string; properties?: Record<string, unknown>; traits?: Record<string, unknown> })[];
}

type Answer = () => Response | Promise<Response>;

export const ok: Answer = () => new Response('{"success":true}', { status: 200 });
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response("{}", { status: code, headers });
export const fails: Answer = () => Promise.reject(new TypeError("Failed to fetch"));

export class Stage {
  requests: { url: string; init: RequestInit }[] = [];
  bodies: Batch[] = [];
  beacons: Batch[] = [];
  /** Answers in turn; when they are used up, `ok`. */
  answers: Answer[] = [];
  takesBeacons = true;

  /** All events that were sent, by either way. */
  get events(): Batch["batch"] {
    return [...this.bodies, ...this.beacons].flatMap((b) => b.batch);
  }

  named(name: string): Batch["batch"] {
    return this.events.filter((e) => (e.event ?? e.type) === name);
  }

  client(config: Partial<Config> = {}): Client {
    const client = new Client([capture]);
    client.init({ writeKey: "KEY", host: HOST, capture: false, ...config });
    return client;
  }

  /** Sends what waits, and lets the answers come in. */
  async sent(client: Client): Promise<Batch["batch"]> {
    client.flush();
    await settle();
    return this.events;
  }
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await vi.advanceTimersByTimeAsync(0);
}

export function show(state: "visible" | "hidden"): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

export const leave = (): void => void dispatchEvent(new Event("pagehide"));

export function kept(): string[] {
  return Object.keys(localStorage).filter((name) => name.startsWith("stepwell_q:"));
}

export function staged(): Stage {
  const stage = new Stage();
  let undo: (() => void)[] = [];

  beforeEach(() => {
    Object.assign(stage, new Stage());
    vi.useFakeTimers();
    localStorage.clear();
    document.cookie.split("; ").forEach((c) => (document.cookie = `${c.split("=")[0] ?? ""}=; max-age=0; path=/`));
    document.body.innerHTML = "";
    document.title = "Start";
    history.replaceState({}, "", START);
    for (const target of [window, document]) {
      const add = target.addEventListener.bind(target) as EventTarget["addEventListener"];
      target.addEventListener = (...given: Parameters<typeof add>): void => {
        undo.push(() => (target as EventTarget).removeEventListener(...given));
        add(...given);
      };
      undo.push(() => (target.addEventListener = add));
    }
    const pushState = history.pushState.bind(history);
    const replaceState = history.replaceState.bind(history);
    undo.push(() => Object.assign(history, { pushState, replaceState }));
    globalThis.fetch = vi.fn(async (url: string, init: RequestInit = {}) => {
      stage.requests.push({ url, init });
      const answer = await (stage.answers.shift() ?? ok)();
      if (init.body && answer.status === 200) stage.bodies.push(JSON.parse(init.body as string) as Batch);
      return answer;
    }) as unknown as typeof fetch;
    Object.assign(navigator, {
      sendBeacon: (url: string, body: Blob): boolean => {
        if (!stage.takesBeacons) return false;
        stage.requests.push({ url, init: { body } });
        stage.beacons.push(JSON.parse(blobs.get(body) ?? "{}") as Batch);
        return true;
      },
    });
  });

  afterEach(() => {
    for (const one of undo.reverse()) one();
    undo = [];
    vi.useRealTimers();
    delete (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;
  });

  return stage;
}

/** jsdom's blobs tell their text only later; a beacon's is wanted at once. */
const blobs = new WeakMap<Blob, string>();
globalThis.Blob = class extends Blob {
  constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
    super(parts, options);
    blobs.set(this, (parts as string[]).join(""));
  }
};

export function gpc(value = true): void {
  Object.defineProperty(navigator, "globalPrivacyControl", { value, configurable: true });
}
