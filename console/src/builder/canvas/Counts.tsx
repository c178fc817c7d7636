import { useTranslation } from "react-i18next";
import type { NodeCounts } from "../store/store";
import classes from "./StepNode.module.css";

const SHOWN = ["waiting", "passed", "sent", "skipped", "failed"] as const;

/** Live counts at the foot of a step: only those that are known and above zero, and always one. */
export function Counts({ counts }: { counts: NodeCounts }) {
  const { t, i18n } = useTranslation("builder");
  const format = new Intl.NumberFormat(i18n.language, { notation: "compact", maximumFractionDigits: 1 });
  const told = SHOWN.filter((key) => (counts[key] ?? 0) > 0);
  const keys = told.length > 0 ? told : (["passed"] as const);
  return (
    <div className={classes["counts"]}>
      {keys.map((key) => (
        <span key={key} data-count={key} title={t(`node.${key}`)} aria-label={`${t(`node.${key}`)}: ${counts[key] ?? 0}`}>
          {format.format(counts[key] ?? 0)}
        </span>
      ))}
    </div>
  );
}
