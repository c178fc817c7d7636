/** Page views without a call: the first page, and those that an application makes by the history API. */

import type { Client } from "../client";

/** What tells two views apart: changed parameters are another view, a place on the page is none. */
function view(): string {
  return location.pathname + location.search + (/^#!?\//.test(location.hash) ? location.hash : "");
}

export function pages(client: Client): void {
  let current = "";
  const look = (): void => {
    if (view() === current || !client.allows("analytics")) return;
    current = view();
    client.page();
  };
  // Applications set the title after the address, and may go on to another one at once.
  const later = (): void => void setTimeout(look, 0);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name].bind(history);
    history[name] = (...given: Parameters<History["pushState"]>) => {
      original(...given);
      later();
    };
  }
  addEventListener("popstate", later);
  addEventListener("hashchange", later);
  // Back from the cache of pages: nothing was loaded, but the visitor sees the page again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      current = "";
      look();
    }
  });
  client.choices.push(() => {
    if (!client.allows("analytics")) current = "";
    look();
  });
  look();
}
