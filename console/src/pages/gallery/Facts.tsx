import { IconAlertCircle, IconClock, IconMail, IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LibraryCard } from "@/api/templates";
import { durationOf, openNeeds } from "./families";
import classes from "./Gallery.module.css";

/** How long, how many steps and messages, and whether something is missing. */
export function Facts({ card }: { card: LibraryCard }) {
  const { t } = useTranslation("gallery");
  const duration = durationOf(card.duration);
  const mails = card.needs.filter((one) => one.kind === "message").length;
  const open = openNeeds(card);
  return (
    <div className={classes["facts"]}>
      {duration === null ? null : (
        <span>
          <IconClock size={14} aria-hidden />
          {t(`duration.${duration.unit}`, { count: duration.count })}
        </span>
      )}
      <span>
        <IconRoute size={14} aria-hidden />
        {t("steps.count", { count: card.nodes })}
      </span>
      {mails === 0 ? null : (
        <span>
          <IconMail size={14} aria-hidden />
          {t("messages", { count: mails })}
        </span>
      )}
      {open === 0 ? null : (
        <span style={{ color: "var(--warn)" }}>
          <IconAlertCircle size={14} aria-hidden />
          {t("needs.open", { count: open })}
        </span>
      )}
    </div>
  );
}
