import { IconBrandChrome, IconWorld } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./NotificationPreview.module.css";

export interface NotificationProps {
  title: string;
  body: string;
  image?: string;
  icon?: string;
  actions?: readonly string[];
  site: string;
  device: "phone" | "desktop";
}

/** A notification about as a phone or a desktop shows it; systems differ in how much of a text they cut. */
export function NotificationPreview({ title, body, image = "", icon = "", actions = [], site, device }: NotificationProps) {
  const { t } = useTranslation("kit");
  return (
    <div className={classes["stage"]} data-device={device} role="img" aria-label={t("notification", { title, body })}>
      {device === "phone" && <div className={classes["clock"]}>9:41</div>}
      <div className={classes["card"]}>
        <div className={classes["head"]}>
          {device === "phone" ? <IconBrandChrome size={14} /> : <IconWorld size={14} />}
          <span>{site}</span>
        </div>
        <div className={classes["main"]}>
          <div className={classes["words"]}>
            <div className={classes["title"]}>{title}</div>
            <div className={classes["body"]}>{body}</div>
          </div>
          {icon !== "" && <img className={classes["icon"]} src={icon} alt="" />}
        </div>
        {image !== "" && <img className={classes["image"]} src={image} alt="" />}
        {actions.length > 0 && (
          <div className={classes["actions"]}>
            {actions.slice(0, 2).map((one) => (
              <span key={one}>{one}</span>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
