import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/kit/EmptyState";
import { Page } from "@/kit/Page";

export function NotFound() {
  const { t } = useTranslation("app");
  return (
    <Page title={t("not_found.title")} hideHeader>
      <EmptyState art="lost" title={t("not_found.title")} text={t("not_found.text")}>
        <Button component={Link} to="/">
          {t("not_found.home")}
        </Button>
      </EmptyState>
    </Page>
  );
}
