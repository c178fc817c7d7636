/**
 * A small platform on loopback: serves pages and the built script, takes what the client sends, and answers as the
 * event API does. The page is on `localhost`, the platform on `127.0.0.1`: two origins, so that CORS counts.
 */

import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { make } from "../build.mjs";

export interface Told {
  type: string;
  event?: string;
  messageId: string;
  anonymousId: string;
  userId?: string;
  timestamp: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context: Record<string, unknown>;
}

export interface Taken {
  path: string;
  method: string;
  headers: IncomingMessage["headers"];
  events: Told[];
}

/** The snippet as the README has it, with this address and key. */
export function snippet(host: string, init = '{writeKey:"KEY"}'): string {
  const readme = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
  const found = /```html\n(<script>[\s\S]+?<\/script>)\n```/.exec(readme)?.[1];
  if (!found) throw new Error("the README has no snippet");
  return found.replace("https://HOST", host).replace('{writeKey:"WRITE_KEY"}', init);
}

export class Receiver {
  readonly requests: Taken[] = [];
  readonly pages = new Map<string, string>();
  /** Answers of `/v1/forms/…`; others are unknown. */
  readonly forms = new Map<string, unknown>();
  /** Status of the next answers; 200 when used up. */
  statuses: number[] = [];
  /** While false, the script does not arrive. */
  script: Promise<void> = Promise.resolve();
  private _server: Server;
  /** What service workers told of notifications. */
  readonly reports: Record<string, unknown>[] = [];
  /** By which browsers subscribe. */
  publicKey = "";
  private _content = new Map<string, string>();

  constructor() {
    this._server = createServer((request, response) => void this._serve(request, response));
  }

  async start(): Promise<this> {
    const folder = mkdtempSync(join(tmpdir(), "stepwell-e2e-"));
    for (const name of Object.keys(await make(folder)))
      this._content.set(`/sdk/v1/${name}`, readFileSync(join(folder, name), "utf8"));
    await new Promise<void>((done) => this._server.listen(0, done));
    return this;
  }

  stop(): void {
    this._server.closeAllConnections();
    this._server.close();
  }

  get host(): string {
    return `http://127.0.0.1:${(this._server.address() as AddressInfo).port}`;
  }

  get site(): string {
    return this.host.replace("127.0.0.1", "localhost");
  }

  /** Each event once, by its id, as the platform keeps them. */
  get events(): Told[] {
    return [...new Map(this.requests.flatMap((r) => r.events).map((e) => [e.messageId, e])).values()];
  }

  named(name: string): Told[] {
    return this.events.filter((e) => (e.event ?? e.type) === name);
  }

  private async _serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.host);
    const cors = {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, POST, OPTIONS",
      "access-control-allow-headers": "content-type",
      "access-control-expose-headers": "retry-after",
    };
    const script = this._content.get(url.pathname);
    if (script !== undefined) {
      await this.script;
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(script);
      return;
    }
    if (url.pathname === "/stepwell-sw.js") {
      // The site's own file, as the README has it.
      const line = `importScripts("${this.host}/sdk/v1/stepwell-sw.js");`;
      response.writeHead(200, { "content-type": "text/javascript" }).end(line);
      return;
    }
    if (url.pathname === "/v1/push/key") {
      const answer = JSON.stringify({ publicKey: this.publicKey });
      response.writeHead(200, { ...cors, "content-type": "application/json" }).end(answer);
      return;
    }
    if (url.pathname === "/v1/push/events") {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      this.reports.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
      response.writeHead(200, { ...cors, "content-type": "application/json" }).end("{}");
      return;
    }
    if (url.pathname.startsWith("/v1/")) {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString();
      const forms = url.pathname.startsWith("/v1/forms/");
      const status = forms ? (this.forms.has(url.pathname) ? 200 : 404) : (this.statuses.shift() ?? 200);
      this.requests.push({
        path: url.pathname + url.search,
        method: request.method ?? "",
        headers: request.headers,
        events: text && status === 200 ? (JSON.parse(text) as { batch: Told[] }).batch : [],
      });
      const answer = forms ? this.forms.get(url.pathname) : { success: status === 200 };
      response
        .writeHead(status, { ...cors, "content-type": "application/json", "retry-after": "1" })
        .end(JSON.stringify(answer ?? {}));
      return;
    }
    const page = this.pages.get(url.pathname);
    response
      .writeHead(page === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" })
      .end(page ?? "none");
  }
}
