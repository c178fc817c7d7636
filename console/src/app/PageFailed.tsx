import type { ErrorComponentProps } from "@tanstack/react-router";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { isOldVersion, reloadOnce } from "./version";

/** What a page shows when it broke: the rest of the console stays usable. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation("app");
  const queries = useQueryErrorResetBoundary();
  const old = isOldVersion(error);
  useEffect(() => {
    if (old) reloadOnce();
  }, [old]);
  if (old) return null;
  return (
    <Page title={t("failed.title")} hideHeader>
      <ErrorState
        error={error}
        again={() => {
          queries.reset();
          reset();
        }}
      />
    </Page>
  );
}
