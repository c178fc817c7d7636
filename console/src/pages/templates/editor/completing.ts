/** What can be written at a place of a message: pure, so that the picker and the code editor offer the same. */

export interface Known {
  fields: readonly string[];
  events: readonly string[];
  catalogs: readonly string[];
  /** What the workspace's messages share, by id. */
  snippets?: readonly string[];
  blocks?: readonly string[];
  sources?: readonly string[];
}

export interface Offer {
  label: string;
  /** What is written; without it the label. */
  apply?: string;
  kind: "field" | "event" | "link" | "workspace" | "filter" | "word" | "function" | "tag" | "snippet" | "block" | "source";
}

type Dialect = "jinja2" | "handlebars" | "liquid";

export const FILTERS = ["default", "title", "upper", "lower", "capitalize", "truncate", "money", "date", "plural", "round", "int", "join", "length", "first", "last", "replace", "urlencode", "striptags", "sum", "sort"] as const;
const WORDS: Readonly<Record<Dialect, readonly string[]>> = {
  jinja2: ["if", "elif", "else", "endif", "for", "endfor", "set", "and", "or", "not", "in", "is defined", "include"],
  liquid: ["if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase", "for", "endfor", "assign", "and", "or", "contains", "render"],
  handlebars: ["#if", "else", "/if", "#unless", "/unless", "#each", "/each", "#with", "/with", "eq", "ne", "lt", "gt", "and", "or", "not", "lookup", "default", "money", "date"],
};
const LINKS = ["unsubscribe_url", "preferences_url"] as const;
const WORKSPACE = ["workspace.name", "workspace.postal_address", "workspace.time_zone"] as const;
const TAGS = [
  "mj-section", "mj-column", "mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-social", "mj-social-element", "mj-hero", "mj-wrapper",
  "mj-group", "mj-navbar", "mj-navbar-link", "mj-table", "mj-raw", "mj-accordion", "mj-carousel", "mj-attributes", "mj-style", "mj-preview", "mj-font",
] as const;

export function offers(known: Known, dialect: Dialect = "jinja2"): Offer[] {
  return [
    ...known.fields.map((label): Offer => ({ label, kind: "field" })),
    ...known.events.map((name): Offer => ({ label: `event.${name}`, kind: "event" })),
    ...LINKS.map((label): Offer => ({ label, kind: "link" })),
    ...WORKSPACE.map((label): Offer => ({ label, kind: "workspace" })),
    ...(known.blocks ?? []).map((id): Offer => ({ label: id, apply: called("block", id, dialect), kind: "block" })),
    ...(known.sources ?? []).map((id): Offer => ({ label: id, apply: called("connected", id, dialect), kind: "source" })),
    ...(known.catalogs.length > 0 ? known.catalogs : ["products"]).map((id): Offer => ({ label: `catalog("${id}", …)`, apply: CATALOG[dialect](id), kind: "function" })),
  ];
}

const CATALOG: Readonly<Record<Dialect, (id: string) => string>> = {
  jinja2: (id) => `catalog("${id}", event.item_id).title`,
  handlebars: (id) => `lookup (catalog "${id}" event.item_id) "title"`,
  liquid: (id) => `"${id}" | catalog: event.item_id`,
};

function called(name: string, id: string, dialect: Dialect): string {
  if (dialect === "jinja2") return `${name}("${id}")`;
  return dialect === "liquid" ? `"${id}" | ${name}` : `${name} "${id}"`;
}

/** A value as it stands in a text, and a snippet put in, in the message's own language. */
export function written({ label, apply, kind }: Offer, dialect: Dialect): string {
  if (kind === "snippet") return dialect === "handlebars" ? `{{> ${label}}}` : dialect === "liquid" ? `{% render "${label}" %}` : `{% include "${label}" %}`;
  const inner = apply ?? label;
  // Whoever lacks a field shall not read "Hi ,".
  const stands = kind === "field" || kind === "event";
  if (dialect === "handlebars") return stands ? `{{default ${label} ""}}` : `{{${inner}}}`;
  if (dialect === "liquid") return stands ? `{{ ${label} | default: "" }}` : `{{ ${inner} }}`;
  return stands ? `{{ ${label} | default("") }}` : `{{ ${inner} }}`;
}

/** Offers for what stands before the cursor, and how many characters of it they replace; null: nothing to offer. */
export function offersAt(before: string, known: Known, mjml: boolean, dialect: Dialect = "jinja2"): { length: number; offers: Offer[] } | null {
  const opened = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  const closed = Math.max(before.lastIndexOf("}}"), before.lastIndexOf("%}"));
  if (opened > closed) {
    const inside = before.slice(opened + 2);
    const word = /[\w.]*$/.exec(inside)?.[0] ?? "";
    const filled = dialect === "liquid" ? 'default: ""' : 'default("")';
    if (dialect !== "handlebars" && /\|\s*\w*$/.test(inside)) return { length: word.length, offers: FILTERS.map((label) => (label === "default" ? { label, apply: filled, kind: "filter" } : { label, kind: "filter" })) };
    const sign = /^~?\s*([#/>]\s*)/.exec(inside)?.[1] ?? "";
    if (dialect === "handlebars" && sign.startsWith(">")) return { length: word.length, offers: (known.snippets ?? []).map((label): Offer => ({ label, kind: "snippet" })) };
    const statement = dialect === "handlebars" || before.startsWith("{%", opened);
    const words = WORDS[dialect].filter((one) => sign === "" || one.startsWith(sign.trim())).map((label): Offer => ({ label, ...(sign === "" ? {} : { apply: label.slice(1) }), kind: "word" }));
    return { length: word.length, offers: [...(statement ? words : []), ...(sign === "" ? offers(known, dialect) : [])] };
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
