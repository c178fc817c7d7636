import { describe, expect, it } from "vitest";
import { sourceOf } from "@/api/templates";
import { offers, offersAt, written } from "./completing";
import { pictureTag } from "./pictureTag";
import { lacking, partsOf } from "./translating";

const KNOWN = { fields: ["first_name"], events: [], catalogs: ["products"], snippets: ["footer"], blocks: ["hero"], sources: ["weather"] };

describe("what a picture is written as", () => {
  it("keeps its words and its width", () => {
    const picture = { url: "https://a.example/images/x.png" };
    expect(pictureTag(picture, 'A "red" <bag>', 300, false)).toContain('alt="A &quot;red&quot; &lt;bag>" width="300"');
    expect(pictureTag(picture, "", 600, true)).toBe('<mj-image src="https://a.example/images/x.png" alt="" width="600px" />');
  });
});

describe("languages of a message", () => {
  const source = sourceOf({ id: "a", subject: "Hi", html: "<p>x</p>", translations: { de: { subject: "Hallo", html: "" }, fr: {} } });
  it("say what they lack", () => {
    expect(partsOf(source)).toEqual(["subject", "html"]);
    expect(lacking(source, "de")).toEqual(["html"]);
    expect(lacking(source, "fr")).toEqual(["subject", "html"]);
  });
  it("of texts and notifications have no page", () => {
    expect(partsOf({ ...source, channel: "sms" })).toEqual(["text"]);
    expect(partsOf({ ...source, channel: "push" })).toEqual(["subject", "text"]);
  });
});

describe("the three languages of tags", () => {
  const put = (label: string, dialect: "jinja2" | "handlebars" | "liquid"): string => {
    const found = [...offers(KNOWN, dialect), { label: "footer", kind: "snippet" } as const].find((one) => one.label === label);
    return found ? written(found, dialect) : "";
  };
  it("write the same each in their own way", () => {
    expect(["first_name", "hero", "weather", "footer"].map((one) => put(one, "jinja2"))).toEqual(['{{ first_name | default("") }}', '{{ block("hero") }}', '{{ connected("weather") }}', '{% include "footer" %}']);
    expect(["first_name", "hero", "weather", "footer"].map((one) => put(one, "handlebars"))).toEqual(['{{default first_name ""}}', '{{block "hero"}}', '{{connected "weather"}}', "{{> footer}}"]);
    expect(["first_name", "hero", "weather", "footer"].map((one) => put(one, "liquid"))).toEqual(['{{ first_name | default: "" }}', '{{ "hero" | block }}', '{{ "weather" | connected }}', '{% render "footer" %}']);
  });
  it("complete what was begun", () => {
    expect(offersAt("{{> f", KNOWN, false, "handlebars")).toMatchObject({ length: 1, offers: [{ label: "footer" }] });
    expect(offersAt("{{#e", KNOWN, false, "handlebars")?.offers.map((one) => one.apply)).toContain("each");
    expect(offersAt("{% unl", KNOWN, false, "liquid")?.offers.map((one) => one.label)).toContain("unless");
    expect(offersAt("{{ a | def", KNOWN, false, "liquid")?.offers[0]).toMatchObject({ apply: 'default: ""' });
  });
});
