import { useTranslation } from "react-i18next";
import { EmptyState } from "@/kit/EmptyState";
import type { Right } from "@/session/roles";
import classes from "./Settings.module.css";

/** Stands where settings would be that a role may not even read. */
export function Denied({ right }: { right: Right }) {
  const { t } = useTranslation(["settings", "kit"]);
  return (
    <div className={classes["card"]}>
      <EmptyState art="settings" title={t("denied.title")} text={t(`kit:may.${right}`)} />
    </div>
  );
}
