import { useTranslation } from "react-i18next";

/** Why a message was skipped, a contact set aside or a journey ended, in words; a new code is shown as it is. */
export function useReason(): (code: string) => string {
  const { t, i18n } = useTranslation("live");
  return (code) => {
    const [kind = "", more = ""] = code.split(":");
    if (kind === "node_error") return t("reason.node_error", { fault: more });
    const key = `reason.${kind}`;
    return i18n.exists(`live:${key}`) ? t(`reason.${kind}` as "reason.suppressed") : code.replaceAll("_", " ");
  };
}
