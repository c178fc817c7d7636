/** What surrounds an event: page, campaign, device. Secrets in addresses stay in the browser. */

import type { Config, Page, Properties } from "./types";

declare const __VERSION__: string;

const SECRET = /token|passw|secret|session|^(auth|code|key|pw|e?mail|sid|ssn|iban)$/i;
const CAMPAIGN: Record<string, string> = {
  utm_source: "source",
  utm_medium: "medium",
  utm_campaign: "name",
  utm_term: "term",
  utm_content: "content",
};

/** An address without fragment, credentials and parameters that look like secrets. */
export function clean(address: string, config: Config): string {
  try {
    const url = new URL(address);
    url.username = url.password = "";
    // Addresses of routes in the fragment are addresses; all other fragments are places on a page, or tokens.
    if (!/^#!?\//.test(url.hash)) url.hash = "";
    for (const name of [...url.searchParams.keys()]) if (SECRET.test(name)) url.searchParams.delete(name);
    address = url.href;
  } catch {
    address = "";
  }
  return address && config.cleanUrl ? config.cleanUrl(address) : address;
}

export function page(config: Config, referrer: string = document.referrer): Page {
  const url = clean(location.href, config);
  const [, path = "/", search = ""] = /^[a-z]+:\/\/[^/?#]*([^?#]*)(\?[^#]*)?/i.exec(url) ?? [];
  return {
    url,
    path,
    search,
    title: document.title.slice(0, 200),
    referrer: clean(referrer, config),
  };
}

/** The campaign in the address, by Segment's names; undefined: there is none. */
export function campaign(): Properties | undefined {
  const found: Properties = {};
  new URLSearchParams(location.search).forEach((value, name) => {
    if (name.startsWith("utm_") && value) found[CAMPAIGN[name] ?? name.slice(4)] = value.slice(0, 200);
  });
  return Object.keys(found).length ? found : undefined;
}

/** What is the same for all messages of a request. */
export function device(): Properties {
  return {
    library: { name: "stepwell.js", version: __VERSION__ },
    userAgent: navigator.userAgent,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height },
  };
}

export function uuid(): string {
  // randomUUID is there on secure pages only.
  return (
    crypto.randomUUID?.() ??
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
      (+c ^ ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & (15 >> (+c / 4)))).toString(16),
    )
  );
}
