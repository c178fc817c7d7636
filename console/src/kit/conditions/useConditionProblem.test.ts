import i18n from "i18next";
import { afterAll, beforeAll, expect, it } from "vitest";
import { problemText } from "./useConditionProblem";

const text = (code: string, message: string, position: number | null = null): string => problemText(i18n.getFixedT(i18n.language, "conditions"), i18n.language, { code, message, position });

beforeAll(async () => {
  await i18n.changeLanguage("de");
  await i18n.loadNamespaces("conditions");
});
afterAll(async () => {
  await i18n.changeLanguage("en");
});

it("tells problems in the reader's language, with the names in question", async () => {
  expect(text("unknown_field", "unknown field `countri`: did you mean `country`?.")).toBe("Das Feld „countri“ ist nicht bekannt. Meinten Sie „country“?");
  expect(text("unknown_segment", 'unknown segment "vip".')).toBe("Das Segment „vip“ gibt es nicht.");
  expect(text("window_too_long", "events are counted over at most 400 days: shorten the window, or leave it out to count all.")).toContain("400");
  expect(text("condition_syntax", "expected `ago` or `from now` (at character 12)", 11)).toContain("12");
  await i18n.changeLanguage("en");
  expect(text("unknown_field", "unknown field `countri`: did you mean `country`?.")).toBe("unknown field “countri”: did you mean “country”?");
  await i18n.changeLanguage("de");
});

it("gives the server's words for what it does not know", () => {
  expect(text("new_rule", "`a` is odd.")).toBe("“a” is odd.");
});
