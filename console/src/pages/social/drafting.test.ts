import { describe, expect, it } from "vitest";
import { blank, clockIn, overridden, partsOf, sendable, withHashtag } from "./drafting";

describe("a post that is written", () => {
  it("reads a moment by the clock of its zone", () => {
    expect(clockIn("2026-03-02T23:30:00Z", "Europe/Berlin")).toBe("2026-03-03T00:30");
    expect(clockIn("2026-07-01T04:05:00Z", "America/New_York")).toBe("2026-07-01T00:05");
  });

  it("adds a hashtag once, whatever its case", () => {
    expect(withHashtag("", "sale")).toBe("#sale");
    expect(withHashtag("Now ", "sale")).toBe("Now #sale");
    expect(withHashtag("Now #Sale!", "sale")).toBe("Now #Sale!");
    expect(withHashtag("Now #saleswoman", "sale")).toBe("Now #saleswoman #sale");
  });

  it("leaves out what does not differ", () => {
    const one = overridden({}, "linkedin", "Dear all");
    expect(one).toEqual({ linkedin: { text: "Dear all" } });
    expect(overridden(one, "linkedin", undefined)).toEqual({});
    expect(overridden({ linkedin: { link: "https://shop.example", text: "a" } }, "linkedin", undefined)).toEqual({ linkedin: { link: "https://shop.example" } });
  });

  it("has a moment only where it waits for one", () => {
    const written = { ...blank("UTC"), at: "2026-03-02T09:00", accounts: ["a"], times: { a: "2026-03-02T10:00", gone: "2026-03-02T11:00" }, media: [{ kind: "image" as const, url: "", alt: "" }] };
    expect(sendable(written)).toMatchObject({ at: "2026-03-02T09:00", times: { a: "2026-03-02T10:00" }, media: [], draft: false });
    expect(sendable({ ...written, timing: "now" })).toMatchObject({ at: null, times: {}, draft: false });
    expect(sendable({ ...written, timing: "draft" })).toMatchObject({ at: null, draft: true });
    expect(sendable(written)).not.toHaveProperty("timing");
  });

  it("marks hashtags, handles and links", () => {
    expect(partsOf("Hi @kim, see #été. https://a.example/b now, hi@shop.example").filter((one) => one.marked).map((one) => one.text)).toEqual(["@kim", "#été", "https://a.example/b"]);
  });
});
