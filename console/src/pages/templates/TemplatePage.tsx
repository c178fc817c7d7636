import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

export default function TemplatePage() {
  const { t } = useTranslation("app");
  return <Page title={t("nav.templates")} />;
}
