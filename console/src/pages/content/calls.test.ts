import { describe, expect, it } from "vitest";
import { blankPiece, callOf, freeId, paramsOf } from "./calls";

describe("how a piece is put in", () => {
  it("is written as the message's language has it", () => {
    expect(callOf("snippets", "footer", "jinja2")).toBe('{% include "footer" %}');
    expect(callOf("snippets", "footer", "handlebars")).toBe("{{> footer}}");
    expect(callOf("snippets", "footer", "liquid")).toBe('{% render "footer" %}');
    expect(callOf("blocks", "hero", "jinja2")).toBe('{{ block("hero") }}');
    expect(callOf("blocks", "hero", "handlebars")).toBe('{{block "hero"}}');
    expect(callOf("sources", "weather", "liquid")).toBe('{{ "weather" | connected }}');
  });
});

describe("a piece", () => {
  it("has the values of its address, each once and in order", () => {
    expect(paramsOf("https://api.example.com/{city}/{day}?c={city}")).toEqual(["city", "day"]);
    expect(paramsOf("https://api.example.com/now")).toEqual([]);
  });
  it("begins as something that can be saved", () => {
    const words = { heading: "Hello", text: "World", friend: "there" };
    expect(blankPiece("snippets", words)["source"]).toContain("Hello");
    expect(blankPiece("blocks", words)["choices"]).toEqual([]);
    expect(blankPiece("sources", words)["url"]).toMatch(/^https:/);
  });
  it("gives each choice a name of its own", () => {
    expect(freeId([])).toBe("choice_1");
    expect(freeId(["choice_1", "all"])).toBe("choice_2");
    expect(freeId(["choice_1", "choice_3"])).toBe("choice_2");
  });
});
