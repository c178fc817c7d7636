import { describe, expect, it } from "vitest";
import { exampleOf, linksOf } from "./rules";

describe("link settings", () => {
  it("have every part, whatever is stored", () => {
    expect(linksOf({})).toEqual({ tracking: "provider", pixel: false, utm: {}, hosts: [] });
    expect(linksOf({ tracking: "own", pixel: true, utm: { utm_source: "news", other: 1 }, hosts: ["a.example"] })).toEqual({ tracking: "own", pixel: true, utm: { utm_source: "news" }, hosts: ["a.example"] });
  });
  it("show what becomes of a link", () => {
    expect(exampleOf(linksOf({}))).toBe("https://shop.example.com/sale");
    expect(exampleOf(linksOf({ hosts: ["a.example"], utm: { utm_source: "our news", utm_campaign: "{workflow}-{link}" } }))).toBe("https://a.example/sale?utm_source=our%20news&utm_campaign=welcome-k3jd7s");
  });
});
