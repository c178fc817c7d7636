import i18next from "i18next";
import { expect, it } from "vitest";
import de from "@/texts/de/builder.json";
import en from "@/texts/en/builder.json";
import { conditionWords, type Tongue } from "./words";

async function tongue(locale: "en" | "de"): Promise<Tongue> {
  const own = i18next.createInstance();
  await own.init({ lng: locale, resources: { [locale]: { translation: locale === "en" ? en : de } }, interpolation: { escapeValue: false } });
  // Its keys are typed where they are written; here they come from the code under test.
  const say = own.t.bind(own) as unknown as Tongue["say"];
  return { say, locale };
}

it.each([
  ["en", "in segment vips", "not in segment at risk"],
  ["de", "im Segment vips", "nicht im Segment at risk"],
] as const)("says segments as the language of conditions writes them (%s)", async (locale, inside, outside) => {
  const own = await tongue(locale);
  expect(conditionWords('in segment "vips"', own)).toBe(inside);
  expect(conditionWords("not in segment 'at_risk'", own)).toBe(outside);
});
