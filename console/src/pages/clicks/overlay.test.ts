import { describe, expect, it } from "vitest";
import type { ClickedLink } from "@/api/content";
import { withClicks } from "./overlay";

const link = (position: number, clicks: number): ClickedLink => ({ link: `l${position}`, position, url: "", clicks, share: clicks / 10 });

describe("the click map", () => {
  it("puts the clicks beside the links that are counted, in their order", () => {
    const html = '<p><a href="mailto:a@b.example">m</a><a href="https://a.example">one</a><a href="#x">x</a><a href="http://b.example">two</a></p>';
    const shown = withClicks(html, [link(2, 8), link(1, 2), link(0, 5)], (one) => `${one.clicks}!`);
    const page = new DOMParser().parseFromString(shown, "text/html");
    expect([...page.querySelectorAll("a + span")].map((one) => one.textContent)).toEqual(["2!", "8!"]);
    expect(page.querySelector('a[href="mailto:a@b.example"] + span')).toBeNull();
  });

  it("leaves a message without clicks as it is, but for zeros", () => {
    const shown = withClicks('<a href="https://a.example">one</a>', [link(1, 0)], (one) => String(one.clicks), "l1");
    expect(shown).toContain(">0</span>");
    expect(shown).toContain("#f59f00");
  });
});
