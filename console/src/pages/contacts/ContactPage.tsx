import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

export default function ContactPage() {
  const { t } = useTranslation("app");
  return <Page title={t("nav.contacts")} />;
}
