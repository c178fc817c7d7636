/**
 * Messages on their way: kept over page loads, sent in batches, sent again after a fault, handed to the browser
 * when the page goes.
 *
 * A message leaves the queue when the platform has answered or the browser has taken its beacon. Until then a
 * reload finds it in local storage and sends it (again): the platform drops what it has by the message id.
 */

import { device } from "./context";
import type { Store } from "./store";
import type { Category, Config, Message } from "./types";

const MAX_EVENT = 32 * 1024;
const MAX_BATCH = 475 * 1024;
/** Browsers take 64 KB in all for requests that outlive their page. */
const MAX_BEACON = 60 * 1024;
/** Characters of a queue in local storage, which has some 5 million for the whole site. */
const MAX_KEPT = 1_000_000;
const MAX_WAIT_MS = 60_000;
const NAME = "q:";

interface Entry {
  /** JSON of the message. */
  j: string;
  c: Category;
}

export class Queue {
  private _entries: Entry[] = [];
  private _held: Entry[] = [];
  private _name: string;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _busy: AbortController | undefined;
  private _failures = 0;
  private _most = Infinity;

  constructor(
    private _store: Store,
    private _config: Config,
    private _warn: (what: string) => void,
    tab: string,
  ) {
    this._name = NAME + tab;
    addEventListener("online", () => void this.flush());
  }

  /** Takes over what earlier pages could not send. A tab that still lives sends its own too: see above. */
  adopt(allows: (category: Category) => boolean): void {
    for (const name of this._store.names(NAME)) {
      try {
        const kept = JSON.parse(this._store.get(name) ?? "[]") as Entry[];
        for (const e of kept)
          // Two tabs may have kept the same.
          if (typeof e.j === "string" && allows(e.c) && !this._entries.some((o) => o.j === e.j))
            this._entries.push(e);
      } catch {
        this._warn("an unreadable queue was dropped");
      }
      this._store.remove(name);
    }
    if (this._entries.length) this._changed();
  }

  push(message: Message, category: Category): void {
    const entry = this._entry(message, category);
    if (!entry) return;
    this._entries.push(entry);
    this._changed();
  }

  /** Keeps messages in storage only: they go out by `release`, or with the next page when this one dies. */
  hold(messages: Message[], category: Category): void {
    this._held = messages.map((m) => this._entry(m, category)).filter((e) => e !== undefined);
    this._keep();
  }

  /** Drops what is held: what it says is said otherwise. */
  release(): void {
    this._held = [];
    this._keep();
  }

  /** Drops all messages of a category, those being sent included. */
  drop(category: Category): void {
    const stays = (entry: Entry): boolean => entry.c !== category;
    this._busy?.abort();
    this._entries = this._entries.filter(stays);
    this._held = this._held.filter(stays);
    this._keep();
  }

  /** Sends a batch now; the rest follows. */
  async flush(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    if (this._busy || !this._entries.length || !navigator.onLine) return;
    const batch = this._batch(this._entries, MAX_BATCH, this._most);
    const body = this._body(batch);
    const busy = (this._busy = new AbortController());
    let status = 0;
    let wait = 0;
    try {
      const answer = await fetch(this._address(), {
        method: "POST",
        // A simple request: no preflight.
        headers: { "Content-Type": "text/plain" },
        body,
        credentials: "omit",
        signal: busy.signal,
        keepalive: !this._failures && bytes(body) < MAX_BEACON,
      });
      status = answer.status;
      wait = 1000 * (Number(answer.headers.get("Retry-After")) || 0);
    } catch {
      // Offline, blocked, or dropped by the visitor's choice: nobody answered.
      status = 0;
    }
    this._busy = undefined;
    if (!status || status === 408 || status === 429 || status >= 500) {
      this._again(Math.min(wait, 10 * MAX_WAIT_MS));
      return;
    }
    this._failures = 0;
    if (status === 413 && batch.length > 1) {
      this._most = Math.ceil(batch.length / 2);
    } else {
      if (status >= 400) this._warn(`${batch.length} messages were refused with ${status}`);
      else this._most = Infinity;
      this._remove(batch);
    }
    await this.flush();
  }

  /** Hands over to the browser what fits; the rest stays in storage. */
  leave(): void {
    while (this._entries.length) {
      const batch = this._batch(this._entries, MAX_BEACON, Infinity);
      const body = new Blob([this._body(batch)], { type: "text/plain" });
      if (!navigator.sendBeacon?.(this._address(), body)) return;
      this._remove(batch);
    }
  }

  private _address(): string {
    return `${this._config.host}/v1/b`;
  }

  private _entry(message: Message, category: Category): Entry | undefined {
    let text = "";
    try {
      text = JSON.stringify(message);
    } catch {
      this._warn("a message that is no JSON was dropped");
      return undefined;
    }
    if (bytes(text) > MAX_EVENT) {
      this._warn("a message over 32 KB was dropped");
      return undefined;
    }
    return { j: text, c: category };
  }

  private _changed(): void {
    const over = this._entries.length - (this._config.maxQueue ?? 1000);
    if (over > 0) {
      this._entries.splice(0, over);
      this._warn(`${over} old messages were dropped`);
    }
    this._keep();
    if (this._failures && this._timer) return;
    if (this._entries.length >= (this._config.flushAt ?? 20)) void this.flush();
    else this._timer ??= setTimeout(() => void this.flush(), this._config.flushInterval ?? 5000);
  }

  private _again(wait: number): void {
    // Full jitter keeps the visitors of a shop from coming back all at once.
    const most = Math.min(MAX_WAIT_MS, 1000 * 2 ** this._failures++);
    clearTimeout(this._timer);
    if (this._entries.length)
      this._timer = setTimeout(() => void this.flush(), wait + 500 + Math.random() * most);
  }

  private _batch(from: Entry[], room: number, most: number): Entry[] {
    let size = bytes(this._body([]));
    const batch: Entry[] = [];
    for (const entry of from) {
      size += bytes(entry.j) + 1;
      // The first always goes, or it would stay for good.
      if (batch.length && (size > room || batch.length >= most)) break;
      batch.push(entry);
    }
    return batch;
  }

  private _body(batch: Entry[]): string {
    const head = { writeKey: this._config.writeKey, sentAt: new Date().toISOString(), context: device() };
    return `${JSON.stringify(head).slice(0, -1)},"batch":[${batch.map((e) => e.j).join(",")}]}`;
  }

  private _remove(batch: Entry[]): void {
    this._entries = this._entries.filter((entry) => !batch.includes(entry));
    this._keep();
  }

  private _keep(): void {
    const all = [...this._entries, ...this._held];
    let size = 0;
    let first = all.length;
    while (first > 0 && (size += all[first - 1]!.j.length) < MAX_KEPT) first--;
    if (first < all.length) this._store.set(this._name, JSON.stringify(all.slice(first)));
    else this._store.remove(this._name);
  }
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
