/** What can be written at a place of a message: pure, so that the picker and the code editor offer the same. */

export interface Known {
  fields: readonly string[];
  events: readonly string[];
  catalogs: readonly string[];
}

export interface Offer {
  label: string;
  /** What is written; without it the label. */
  apply?: string;
  kind: "field" | "event" | "link" | "workspace" | "filter" | "word" | "function" | "tag";
}

export const FILTERS = ["default", "title", "upper", "lower", "capitalize", "truncate", "money", "date", "round", "int", "join", "length", "first", "last", "replace", "urlencode", "striptags", "sum", "sort"] as const;
const WORDS = ["if", "elif", "else", "endif", "for", "endfor", "set", "and", "or", "not", "in", "is defined"] as const;
const LINKS = ["unsubscribe_url", "preferences_url"] as const;
const WORKSPACE = ["workspace.name", "workspace.postal_address", "workspace.time_zone"] as const;
const TAGS = [
  "mj-section", "mj-column", "mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-social", "mj-social-element", "mj-hero", "mj-wrapper",
  "mj-group", "mj-navbar", "mj-navbar-link", "mj-table", "mj-raw", "mj-accordion", "mj-carousel", "mj-attributes", "mj-style", "mj-preview", "mj-font",
] as const;

export function offers(known: Known): Offer[] {
  return [
    ...known.fields.map((label): Offer => ({ label, kind: "field" })),
    ...known.events.map((name): Offer => ({ label: `event.${name}`, kind: "event" })),
    ...LINKS.map((label): Offer => ({ label, kind: "link" })),
    ...WORKSPACE.map((label): Offer => ({ label, kind: "workspace" })),
    ...(known.catalogs.length > 0 ? known.catalogs : ["products"]).map((id): Offer => ({ label: `catalog("${id}", …)`, apply: `catalog("${id}", event.item_id).title`, kind: "function" })),
  ];
}

/** Offers for what stands before the cursor, and how many characters of it they replace; null: nothing to offer. */
export function offersAt(before: string, known: Known, mjml: boolean): { length: number; offers: Offer[] } | null {
  const opened = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  const closed = Math.max(before.lastIndexOf("}}"), before.lastIndexOf("%}"));
  if (opened > closed) {
    const inside = before.slice(opened + 2);
    const word = /[\w.]*$/.exec(inside)?.[0] ?? "";
    if (/\|\s*\w*$/.test(inside)) return { length: word.length, offers: FILTERS.map((label) => (label === "default" ? { label, apply: 'default("")', kind: "filter" } : { label, kind: "filter" })) };
    const statement = before.startsWith("{%", opened);
    return { length: word.length, offers: [...(statement ? WORDS.map((label): Offer => ({ label, kind: "word" })) : []), ...offers(known)] };
  }
  const tag = /<(\/?[\w-]*)$/.exec(before);
  if (mjml && tag) {
    const written = tag[1] ?? "";
    if (written.startsWith("/")) return null;
    return { length: written.length, offers: TAGS.map((label) => ({ label, apply: EMPTY.has(label) ? `${label} />` : `${label}></${label}>`, kind: "tag" })) };
  }
  return null;
}

const EMPTY = new Set<string>(["mj-image", "mj-divider", "mj-spacer", "mj-font"]);

/** Names of the event's properties that the sample has, lists and objects of it included. */
export function eventNames(sample: Record<string, unknown>): string[] {
  const event = sample["event"];
  if (typeof event !== "object" || event === null) return [];
  const { properties, ...own } = event as Record<string, unknown>;
  return [...Object.keys(own), ...(typeof properties === "object" && properties !== null ? Object.keys(properties) : [])];
}
