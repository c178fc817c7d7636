import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { plain } from "@/kit/plain";
import type { ConditionProblem } from "./language";

const OWN = ["unknown_field", "unknown_event", "unknown_segment", "type_mismatch", "empty_range", "window_too_long", "condition_syntax", "condition_format"] as const;

/**
 * What is wrong, in the reader's language: by the code, with the names that the server's sentence quotes. Its own
 * sentences are English and say most, so readers of English get them as they are.
 */
export function problemText(t: TFunction<"conditions">, language: string, { code, message, position }: Pick<ConditionProblem, "code" | "message" | "position">): string {
  const known = OWN.find((one) => one === code);
  if (known === undefined || (language.startsWith("en") && message !== "")) return plain(message);
  const [name = "", other = ""] = [...message.matchAll(/`([^`]*)`|"([^"]*)"/g)].map((match) => match[1] ?? match[2] ?? "");
  const text = t(`problem.${known}`, { name, at: (position ?? 0) + 1, days: /\d+/.exec(message)?.[0] ?? "" });
  const meant = message.includes("did you mean") && other !== "" ? ` ${t("problem.meant", { name: other })}` : "";
  return text + meant;
}

/** See `problemText`. */
export function useConditionProblem(): (problem: ConditionProblem) => string {
  const { t, i18n } = useTranslation("conditions");
  return (problem) => problemText(t, i18n.language, problem);
}
