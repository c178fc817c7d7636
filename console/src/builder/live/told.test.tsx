import { renderHook, waitFor } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { chooseLanguage } from "@/texts/i18n";
import type { Explanation } from "./data";
import { useTold } from "./useTold";

type Journey = Explanation["journeys"][number];
type Step = Journey["steps"][number];
const STEP: Step = { node: "mail", name: "Hello", type: "email_send", at: "2026-03-02T09:00:00Z", outcome: "sent", sentence: "", reason: "", due: null, version: 2, loop: "", branch: "", run: "r", entered: false };
const JOURNEY: Journey = { enrollment: "e", version: 2, entered_at: STEP.at, state: "PARKED", node: "mail", sentence: "", standing: "waits", place: "Hello", due: null, waits_for: [], end_reason: "", steps: [] };

beforeAll(async () => {
  await chooseLanguage("de");
});

async function told(): Promise<ReturnType<typeof useTold>> {
  const { result } = renderHook(() => useTold());
  await waitFor(() => expect(result.current).not.toBeNull());
  return result.current;
}

it("says steps in the reader's language", async () => {
  const { step } = await told();
  expect(step(STEP)).toBe("„Hello“ wurde gesendet.");
  expect(step({ ...STEP, outcome: "skipped", reason: "unsubscribed" })).toMatch(/nicht gesendet: /);
  expect(step({ ...STEP, entered: true, outcome: "migrated:wait" })).toBe("Wurde in Version 2 übernommen.");
  expect(step({ ...STEP, outcome: "yes" })).toBe("„Hello“ entschied „yes“.");
});

it("says where a contact stands, and why it is not in it", async () => {
  const { standing, headline, whyNot } = await told();
  expect(standing(JOURNEY)).toBe("Er wartet bei „Hello“.");
  expect(headline({ workflow: "w", profile: "p", sentence: "", journeys: [JOURNEY], why_not: [] })).toMatch(/^Einmal eingetreten\. Er wartet/);
  expect(whyNot({ code: "never_did", sentence: "", params: { trigger: "start", event: "signup" } })).toBe("„start“: „signup“ gab es bei diesem Kontakt nie.");
  expect(whyNot({ code: "of_tomorrow", sentence: "`x` is new.", params: {} })).toBe("“x” is new.");
});
