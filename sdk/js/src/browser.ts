/** For the snippet: takes the place of the stub on the page and carries out what was called before. */

import { Client } from "./client";
import { capture } from "./parts";

type Call = [at: number, method: string, given: ArrayLike<unknown>];
type Stub = Call[] & Record<string, unknown> & { loaded?: boolean };

const METHODS = [
  "init",
  "track",
  "page",
  "identify",
  "group",
  "alias",
  "reset",
  "consent",
  "optIn",
  "optOut",
  "flush",
  "anonymousId",
] as const;

function take(stub: Stub, address: string): void {
  if (stub.loaded) return;
  stub.loaded = true;
  const client = new Client([capture], address.split("/sdk/v1/")[0]);
  for (const name of METHODS) {
    // The stub stays the object that pages hold; its methods now do at once what they are called for.
    stub[name] = (...given: unknown[]) => (client[name] as (...all: unknown[]) => unknown)(...given);
  }
  const early = stub.splice(0);
  // The stub is an array, whose own `push` kept what was called before.
  Object.assign(stub, { push: client.push });
  // What was called before `init` waits in the client.
  for (const [at, name, given] of early) {
    client.at = at;
    (stub[name] as ((...all: unknown[]) => unknown) | undefined)?.(...Array.from(given));
  }
  client.at = undefined;
}

const place = window as unknown as { stepwell?: Stub };
const script = document.currentScript;
take((place.stepwell ??= [] as unknown as Stub), script instanceof HTMLScriptElement ? script.src : "");
