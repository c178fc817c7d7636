import { useTranslation } from "react-i18next";
import type { Problem } from "../model/checks";
import { lookupOf } from "../model/lookup";
import { useBuilderStore, useTongue, useViews } from "../store/context";
import { nameWords } from "../model/words";

const OWN = new Set(["no_trigger", "unknown_type", "missing_field", "missing_template", "unbounded_wait", "missing_outcome", "unreachable"]);

/** The server's words without the marks that stand for code: here nobody reads code. */
function plain(message: string): string {
  const text = message.replace(/^`config`: /, "").replace(/`([^`]*)`/g, "“$1”");
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** What is wrong, in the reader's language where we know the rule, in the server's words otherwise. */
export function useProblemText(): { text: (problem: Problem) => string; where: (problem: Problem) => string } {
  const { t } = useTranslation("builder");
  const { say } = useTongue();
  const store = useBuilderStore();
  const views = useViews();
  return {
    text: (problem) => {
      if (!OWN.has(problem.code)) return plain(problem.message);
      const field = problem.field.split(".").at(-1) ?? "";
      return say(`problem.${problem.code}`, { field: nameWords(field), way: views.wayLabel(field) });
    },
    where: (problem) => {
      const node = lookupOf(store.getState().graph).nodes.get(problem.node);
      return node === undefined ? t("problems.workflow") : views.of(node).title;
    },
  };
}
