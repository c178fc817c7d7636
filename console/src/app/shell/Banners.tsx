import { useNetwork } from "@mantine/hooks";
import { IconHandStop, IconWifiOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/api/workspace";
import classes from "./Shell.module.css";

/** What everybody must know on every page. */
export function Banners() {
  const { t } = useTranslation("app");
  const { online } = useNetwork();
  const workspace = useWorkspace();
  return (
    <div aria-live="polite">
      {workspace.data?.stopped && (
        <div className={classes["banner"]} data-tone="bad">
          <IconHandStop size={18} aria-hidden />
          <strong>{t("stopped.title")}</strong>
          <span>{t("stopped.text")}</span>
          <Link to="/settings/{-$section}" params={{ section: "safety" }}>
            {t("stopped.link")}
          </Link>
        </div>
      )}
      {!online && (
        <div className={classes["banner"]} data-tone="warn">
          <IconWifiOff size={18} aria-hidden />
          {t("offline")}
        </div>
      )}
    </div>
  );
}
