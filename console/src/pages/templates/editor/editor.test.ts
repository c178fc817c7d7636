import { describe, expect, it } from "vitest";
import { closeBlocks, lostTags, openBlocks } from "./blocks";
import { eventNames, offersAt } from "./completing";
import { hasDarkStyles, inScheme } from "./dark";
import { hideJinja, showJinja } from "./jinja";
import { signs, subjectFit } from "./lengths";
import { sourceOf } from "@/api/templates";
import { faultOf, problemsOf, reportOf } from "./links";

const KNOWN = { fields: ["first_name", "city"], events: ["order_id"], catalogs: ["products"] };

describe("the link check", () => {
  it("names what is wrong with a link", () => {
    expect(["", "#", "http://shop.test/", "www.shop.io", "javascript:alert(1)", "https://localhost/x", "{{ url }}", "https://example.com/a"].map(faultOf)).toEqual([
      "empty", "empty", "insecure", "scheme", "scheme", "scheme", "placeholder", "example",
    ]);
    expect(["https://shop.test/a?b=1", "mailto:a@b.io", "tel:+49301234", "https://example.com/u/preview"].map(faultOf)).toEqual([null, null, null, null]);
  });

  it("finds links, pictures without a text, the way out and the size", () => {
    const report = reportOf('<p><a href="https://shop.test">Shop</a><a href=""><img src="a.png"></a><img src="b.png" alt=""></p>');
    expect(report.links.map((one) => [one.label, one.fault])).toEqual([["Shop", null], ["", "empty"]]);
    expect(report.images.filter((one) => one.alt === null)).toHaveLength(1);
    expect([report.unsubscribe, report.clipped]).toEqual([false, false]);
    expect([problemsOf(report, true), problemsOf(report, false)]).toEqual([3, 2]);
    expect(reportOf(`<p>${"ü".repeat(53_000)}</p>`).clipped).toBe(true);
  });
});

describe("dark mode", () => {
  it("uses the message's own styles", () => {
    const html = "<head><style>@media (prefers-color-scheme: dark) { p { color: red } }</style></head><p>x</p>";
    expect(hasDarkStyles(html)).toBe(true);
    expect(inScheme(html, true)).toContain("@media (min-width: 0px)");
    expect(inScheme(html, false)).toContain("@media (max-width: 0px)");
  });

  it("turns the colours around where there are none", () => {
    expect(inScheme("<p>x</p>", true)).toContain("invert(1)");
    expect(inScheme("<p>x</p>", false)).not.toContain("invert(1)");
  });
});

describe("lengths", () => {
  it("count signs as people see them", () => {
    expect(signs("👩‍👩‍👧‍👦 ok 🇩🇪")).toBe(6);
    expect(["Hi", "Your order is on its way", "x".repeat(60), "x".repeat(90)].map(subjectFit)).toEqual(["short", "good", "long", "cut"]);
  });
});

describe("completion", () => {
  it("offers fields, filters and tags where they belong", () => {
    expect(offersAt("Hi {{ fir", KNOWN, false)).toMatchObject({ length: 3 });
    expect(offersAt("Hi {{ ", KNOWN, false)?.offers.map((one) => one.label)).toContain("event.order_id");
    expect(offersAt("{{ first_name | de", KNOWN, false)?.offers[0]).toMatchObject({ label: "default", apply: 'default("")' });
    expect(offersAt("{{ n | pl", KNOWN, false)?.offers.map((one) => one.label)).toContain("plural");
    expect(offersAt("{% i", KNOWN, false)?.offers.map((one) => one.label)).toContain("if");
    expect(offersAt("<mj-co", KNOWN, true)).toMatchObject({ length: 5 });
    expect(offersAt("{{ x }} and", KNOWN, true)).toBeNull();
    expect(offersAt("<p", KNOWN, false)).toBeNull();
  });

  it("knows the sample's event", () => {
    expect(eventNames({ event: { title: "x", properties: { total: 1 } } })).toEqual(["title", "total"]);
  });
});

describe("Jinja2 in blocks", () => {
  const source = `<mjml lang="en">
  <mj-head><mj-attributes><mj-all color="red" /></mj-attributes></mj-head>
  <mj-body>
    {% for one in event.items if one.price < 3 %}
    <mj-section><mj-column>
      <mj-text>Hi {{ first_name }}, {{ one.name | default("a <b>") }} {% if a < b %}x{% endif %}</mj-text>
      <mj-image src="{{ one.image | default("x") }}" alt="A" />
    </mj-column></mj-section>
    {% endfor %}
  </mj-body>
</mjml>`;

  it("is hidden and shown without a trace", () => {
    const { text, pieces } = hideJinja(source);
    expect(text).toContain("{{ first_name }}");
    expect(text).not.toMatch(/\{%|default\(/);
    expect(showJinja(text, pieces)).toBe(source);
  });

  it("stands between blocks as raw parts, in texts and attributes as marks", () => {
    const opened = openBlocks(source);
    expect(opened.mjml).toMatch(/<mj-raw>⟦1 [^⟧]*⟧<\/mj-raw>/);
    expect(opened.mjml).toMatch(/<mj-image src="⟦\d[^⟧]*⟧" alt="A"><\/mj-image>/);
    expect(opened.mjml).not.toMatch(/<mj-text>[^<]*<mj-raw>/);
  });

  it("comes back with head and root as they were", () => {
    const opened = openBlocks(source);
    const closed = closeBlocks(opened.mjml.replace(/<mjml[^>]*>/, "<mjml>").replace(/<mj-head>.*<\/mj-head>/, ""), opened);
    expect(closed).toContain('<mjml lang="en">');
    expect(closed).toContain('<mj-all color="red" />');
    expect(closed).toContain("{% for one in event.items if one.price < 3 %}");
    expect(closed).toContain('{{ one.name | default("a <b>") }} {% if a < b %}x{% endif %}');
    expect(lostTags(source, closed)).toEqual([]);
  });

  it("says which tags did not come back", () => {
    expect(lostTags("<mj-table><tr></tr></mj-table><mj-text>x</mj-text>", "<mj-table></mj-table><mj-text>x</mj-text>")).toEqual(["tr"]);
  });
});

describe("a message as it is edited", () => {
  it("keeps what is said of links, and fills what is not", () => {
    const kept = { id: "a", dialect: "liquid", translations: { de: { subject: "Hallo" } }, utm: { utm_source: "news" }, pixel: true };
    expect(sourceOf(kept)).toMatchObject(kept);
    expect(sourceOf({ id: "a", dialect: "nothing" })).toMatchObject({ dialect: "jinja2" });
    expect(sourceOf({ id: "a" })).toMatchObject({ pixel: null, utm: {} });
  });
});
