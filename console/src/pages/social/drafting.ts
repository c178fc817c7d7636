import type { Picture } from "@/api/content";
import type { Draft, Medium, Override, Platform, Post } from "@/api/social";

/** When a post goes out. */
export type Timing = "now" | "later" | "draft";

export interface Composed extends Draft {
  timing: Timing;
}

export const emptyMedium = (kind: Medium["kind"]): Medium => ({ kind, url: "", alt: "" });

/** One of the workspace's own pictures, with what networks ask of its size. */
export const pictured = ({ url, width, height, bytes }: Picture, alt: string): Medium => ({ kind: "image", url, alt, width, height, bytes });

/** Where a medium is shown from; empty: nowhere that this page may load it from. */
export function shownFrom(medium: Medium): string {
  if (medium.kind !== "image") return "";
  const url = medium.url.startsWith("images/") ? `/${medium.url}` : medium.url;
  const own = url.startsWith("/images/") || url.startsWith(`${globalThis.location.origin}/images/`);
  return own || url.startsWith("https://") ? url : "";
}

export function blank(zone: string): Composed {
  return { text: "", link: "", media: [], kind: "post", target: {}, overrides: {}, accounts: [], at: null, times: {}, time_zone: zone, draft: false, timing: "later" };
}

/** `2026-03-02T08:00:00Z` as the clock of a zone shows it: `2026-03-02T09:00`. */
export function clockIn(at: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(new Date(at));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** A kept post as people go on with it. */
export function composedOf(post: Post, zone: string): Composed {
  const own = post.time_zone || zone;
  const { text, link, media, kind, target } = post.content;
  return {
    text,
    link,
    media,
    kind,
    target: target,
    overrides: post.overrides,
    accounts: post.deliveries.map((one) => one.account),
    at: post.at === null ? null : clockIn(post.at, own),
    times: Object.fromEntries(post.deliveries.flatMap((one) => (one.own_at === null ? [] : [[one.account, clockIn(one.own_at, own)]]))),
    time_zone: own,
    draft: post.state === "draft",
    timing: post.state === "draft" ? "draft" : "later",
  };
}

/** What is sent: empty differences, times of others and media without an address are left out. */
export function sendable({ timing, ...composed }: Composed): Draft {
  const media = composed.media.filter((one) => one.url !== "");
  const later = timing === "later";
  const overrides = Object.fromEntries(Object.entries(composed.overrides).filter(([, one]) => Object.keys(one).length > 0));
  const times = later ? Object.fromEntries(Object.entries(composed.times).filter(([account, at]) => at !== "" && composed.accounts.includes(account))) : {};
  return { ...composed, media, overrides, times, at: later ? composed.at : null, draft: timing === "draft" };
}

/** A text with hashtags added at its end, each once, whatever their case. */
export function withHashtag(text: string, tag: string): string {
  const there = new RegExp(`#${tag.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}_])`, "iu");
  if (there.test(text)) return text;
  return text === "" ? `#${tag}` : `${text.trimEnd()} #${tag}`;
}

/** What differs on a network, with a field set or, by `undefined`, taken back. */
export function overridden(overrides: Draft["overrides"], platform: Platform, text: string | undefined): Draft["overrides"] {
  const rest = Object.entries(overrides[platform] ?? {}).filter(([name]) => name !== "text");
  const next = Object.fromEntries(text === undefined ? rest : [...rest, ["text", text]]) as Override;
  return Object.fromEntries(Object.entries({ ...overrides, [platform]: next }).filter(([, one]) => Object.keys(one).length > 0));
}

/** Parts of a text: hashtags, handles and links stand out in a feed. */
export function partsOf(text: string): { text: string; marked: boolean }[] {
  return text
    .split(/((?<![\p{L}\p{N}_.])[#@][\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*|https?:\/\/\S+)/u)
    .filter((one) => one !== "")
    .map((one) => ({ text: one, marked: /^([#@].|https?:)/.test(one) }));
}
