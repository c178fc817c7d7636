import { Loader } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconChevronUp, IconCircleCheck, IconExclamationCircle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useActions, useBuilder } from "../store/context";
import { useProblemText } from "./useProblemText";
import classes from "./Panel.module.css";

/** All problems below the canvas; each leads to its step and its field. */
export function Problems({ checking, failed }: { checking: boolean; failed: string }) {
  const { t } = useTranslation("builder");
  const problems = useBuilder((state) => state.problems);
  const empty = useBuilder((state) => state.graph.nodes.length === 0);
  const actions = useActions();
  const { text, where } = useProblemText();
  const [open, setOpen] = useState(false);
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  if (empty) return null;
  const title = [errors > 0 ? t("problems.errors", { count: errors }) : "", warnings > 0 ? t("problems.warnings", { count: warnings }) : ""].filter((part) => part !== "").join(", ");
  const shown = open && problems.length > 0;
  return (
    <section className={classes["problemsBar"]} aria-label={t("problems.title")}>
      <button type="button" className={classes["problemsHead"]} data-ok={errors === 0} aria-expanded={shown} onClick={() => setOpen(!open)} disabled={problems.length === 0}>
        {errors === 0 ? <IconCircleCheck size={18} /> : <IconExclamationCircle size={18} />}
        {title || t("problems.ready")}
        {checking ? <Loader size={12} role="status" aria-label={t("problems.checking")} /> : null}
        {failed === "" ? null : <span>{t("problems.unchecked", { reason: failed })}</span>}
        <span style={{ marginInlineStart: "auto" }}>{problems.length === 0 ? null : shown ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}</span>
      </button>
      <div role="status" style={{ position: "absolute", width: 1, height: 1, overflow: "hidden", clipPath: "inset(50%)" }}>
        {title || t("problems.none")}
      </div>
      {shown ? (
        <ul className={classes["problemsList"]}>
          {problems.map((problem) => (
            <li key={`${problem.code} ${problem.node} ${problem.field}`}>
              <button type="button" className={classes["row"]} data-severity={problem.severity} onClick={() => actions.show(problem.node, problem.field)}>
                {problem.severity === "error" ? <IconExclamationCircle size={16} /> : <IconAlertTriangle size={16} />}
                <strong>{where(problem)}</strong>
                <span>{text(problem)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
