/** Settings of texts as the forms hold them; what is not named here goes back as it came. */
import type { ChannelSettings } from "@/api/channels";

export interface Sender {
  value: string;
  countries: string[];
  streams: string[];
  two_way: boolean | null;
  registered: boolean;
  [more: string]: unknown;
}

export interface Keyword {
  word: string;
  wording: string;
  double: boolean | null;
  answer: string;
}

export interface Prices {
  currency: string;
  source: string;
  date: string;
  segment: { country: string; price: string }[];
}

const text = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
const records = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? (value as Record<string, unknown>[]) : []);
const flag = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);

export function sendersOf(settings: ChannelSettings): Sender[] {
  return records(settings["senders"]).map((one) => ({ ...one, value: text(one["value"]), countries: list(one["countries"]), streams: list(one["streams"]), two_way: flag(one["two_way"]), registered: one["registered"] !== false }));
}

export function keywordsOf(settings: ChannelSettings): Keyword[] {
  return records(settings["opt_in_keywords"]).map((one) => ({ word: text(one["word"]), wording: text(one["wording"]), double: flag(one["double"]), answer: text(one["answer"]) }));
}

export function pricesOf(settings: ChannelSettings): Prices {
  const told = (settings["prices"] ?? {}) as Record<string, unknown>;
  const segment = (told["segment"] ?? {}) as Record<string, unknown>;
  return { currency: text(told["currency"]) || "USD", source: text(told["source"]), date: text(told["date"]), segment: Object.entries(segment).map(([country, price]) => ({ country, price: text(price) })) };
}

/** The price table as it is sent; none without a price. `otherwise` stays as it was. */
export function pricesSent(prices: Prices, before: unknown, today: string): unknown {
  const segment = Object.fromEntries(prices.segment.filter(({ country, price }) => country !== "" && price !== "").map(({ country, price }) => [country.toUpperCase(), price]));
  if (Object.keys(segment).length === 0) return null;
  const kept = typeof before === "object" && before !== null ? before : {};
  return { ...kept, currency: prices.currency, source: prices.source, date: prices.date || today, segment };
}

/** What a sender is by how it is written; the server decides, this only says it early. */
export function senderKind(value: string): "pool" | "name" | "short_code" | "toll_free" | "ten_dlc" | "long_code" {
  if (value.startsWith("pool-") || value.includes(":pool/")) return "pool";
  const digits = value.replace(/^\+/, "");
  if (!/^\d+$/.test(digits)) return "name";
  if (digits.length <= 6) return "short_code";
  if (/^1(800|833|844|855|866|877|888)/.test(digits)) return "toll_free";
  return digits.startsWith("1") && digits.length === 11 ? "ten_dlc" : "long_code";
}

export const ANSWERS = ["stopped", "help", "started", "confirm", "way_out"] as const;
