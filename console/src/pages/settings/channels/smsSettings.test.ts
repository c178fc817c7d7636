import { expect, it } from "vitest";
import { keywordsOf, pricesOf, pricesSent, senderKind, sendersOf } from "./smsSettings";

const SETTINGS = {
  providers: [],
  streams: {},
  senders: [{ value: "+18885550100", kind: null, countries: ["US"], streams: [], two_way: null, registered: true, provider: "aws" }],
  opt_in_keywords: [{ word: "JOIN", wording: "Text JOIN", double: true, answer: "" }],
  prices: { currency: "EUR", source: "contract", date: "2026-01-01", segment: { US: "0.0083" }, otherwise: "0.1" },
};

it("keeps what a form does not show", () => {
  expect(sendersOf(SETTINGS)[0]).toMatchObject({ value: "+18885550100", provider: "aws", two_way: null });
  expect(keywordsOf(SETTINGS)).toEqual(SETTINGS.opt_in_keywords);
  expect(pricesSent(pricesOf(SETTINGS), SETTINGS.prices, "2026-03-01")).toEqual(SETTINGS.prices);
});

it("sends no price table without prices, and dates a new one", () => {
  expect(pricesSent({ currency: "USD", source: "", date: "", segment: [{ country: "US", price: "" }] }, null, "2026-03-01")).toBeNull();
  expect(pricesSent({ currency: "USD", source: "", date: "", segment: [{ country: "us", price: "0.01" }] }, null, "2026-03-01")).toEqual({ currency: "USD", source: "", date: "2026-03-01", segment: { US: "0.01" } });
});

it("sees what a sender is", () => {
  expect(["Acme", "24680", "+18885550100", "+12065550100", "+4915112345678", "pool-1"].map(senderKind)).toEqual(["name", "short_code", "toll_free", "ten_dlc", "long_code", "pool"]);
});
