import { Button } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "../frame/useProblemText";
import { readProblem } from "../model/checks";
import type { Preview } from "./data";
import classes from "./Publishing.module.css";

const SHOWN = 4;

/** What the server's checks say: errors block, warnings are worth a look. */
export function Checks({ checks, onShow }: { checks: Preview["checks"]; onShow: (node: string) => void }) {
  const { t } = useTranslation("publish");
  const { text } = useProblemText();
  const [all, setAll] = useState(false);
  const problems = checks.violations.map((one) => readProblem({ ...one })).sort((one, other) => Number(other.severity === "error") - Number(one.severity === "error"));
  const errors = problems.filter((one) => one.severity === "error").length;
  const shown = all ? problems : problems.slice(0, Math.max(SHOWN, errors));
  return (
    <section className={classes["section"]} aria-label={t("checks.title")}>
      <h3>
        {errors > 0 ? <IconAlertCircle size={18} className={classes["bad"]} aria-hidden /> : <IconCircleCheck size={18} className={classes["good"]} aria-hidden />}
        {errors > 0 ? t("checks.errors", { count: errors }) : problems.length > 0 ? t("checks.warnings", { count: problems.length }) : t("checks.fine")}
      </h3>
      {shown.map((one, index) => (
        <div key={index} className={classes["problem"]}>
          {one.severity === "error" ? <IconAlertCircle size={15} className={classes["bad"]} aria-hidden /> : <IconAlertTriangle size={15} className={classes["warn"]} aria-hidden />}
          <span>{text(one)}</span>
          {one.node === "" ? null : (
            <Button size="compact-xs" variant="subtle" onClick={() => onShow(one.node)}>
              {t("checks.show")}
            </Button>
          )}
        </div>
      ))}
      {problems.length > shown.length ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t("checks.all", { count: problems.length })}
        </Button>
      ) : null}
    </section>
  );
}
