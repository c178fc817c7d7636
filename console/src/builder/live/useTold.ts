import { useTranslation } from "react-i18next";
import { plain } from "@/kit/plain";
import { dateText } from "@/kit/When";
import { type Explanation } from "./data";
import { useReason } from "./useReason";

type Journey = Explanation["journeys"][number];
type Step = Journey["steps"][number];
type WhyNot = Explanation["why_not"][number];

const LOST = new Set(["unknown", "unknown_confirmed", "unknown_closed"]);

/** What the server explains as codes, in the language and the time zone of whoever reads. */
export function useTold(): { step: (step: Step) => string; standing: (journey: Journey) => string; headline: (told: Explanation) => string; whyNot: (why: WhyNot) => string } {
  const { t, i18n } = useTranslation("live");
  const reason = useReason();
  const date = (at: string): string => dateText(new Date(at), i18n.language, { dateStyle: "medium", timeStyle: "short" });
  const known = (key: string): boolean => i18n.exists(`live:${key}`);

  /** How a contact came into a run. */
  function entered({ name, node, outcome, version }: Step): string {
    const way = outcome.startsWith("migrated") ? "migrated" : outcome;
    const given = { name: name || node || t("told.the_workflow"), version, way: outcome };
    return known(`told.entered.${way}`) ? t(`told.entered.${way as "enrolled"}`, given) : t("told.entered.other", given);
  }

  function left({ name, node, outcome, reason: code, due }: Step): string {
    const given = { name: name || node, why: reason(code) || t("told.no_reason"), way: outcome };
    if (outcome === "parked") return code === "" ? t("told.left.parked", given) : t("told.left.holds", given);
    if (due !== null) return t("told.left.waits_until", { ...given, at: date(due) });
    if (outcome === "sent" && LOST.has(code)) return t(`told.left.${code as "unknown"}`, given);
    if (outcome === "later" && code === "") return t("told.left.put_off", given);
    if (outcome === "ended" && code !== "") return t("told.left.ended_because", given);
    if (known(`told.left.${outcome}`)) return t(`told.left.${outcome as "sent"}`, given);
    return code === "" ? t("told.left.decided", given) : t("told.left.decided_because", given);
  }

  function standing({ standing: code, place, due, waits_for, end_reason }: Journey): string {
    const names = waits_for.filter((one) => one !== "*");
    const given = { place, at: due === null ? "" : date(due), events: names.length === 0 ? t("told.a_change") : new Intl.ListFormat(i18n.language, { type: "disjunction" }).format(names) };
    if (code === "ended") return t("told.standing.ended", { why: reason(end_reason) });
    return t(`told.standing.${code}`, given);
  }

  function whyNot({ code, sentence, params }: WhyNot): string {
    if (code === "not_active") return t("told.why_not.not_active", { status: t(`told.status.${params["status"] as "paused"}`) });
    if (!known(`told.why_not.${code}`)) return plain(sentence);
    return t(`told.why_not.${code as "never_did"}`, { ...params, at: params["at"] === undefined ? "" : date(params["at"]) });
  }

  return {
    step: (step) => (step.entered ? entered(step) : left(step)),
    standing,
    headline: ({ journeys }) => (journeys[0] === undefined ? t("told.never") : `${t("told.times", { count: journeys.length })} ${standing(journeys[0])}`),
    whyNot,
  };
}
