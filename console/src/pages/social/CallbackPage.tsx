import { Button, Loader, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/queries";
import { finishConnection, type Account } from "@/api/social";
import { Failure } from "@/kit/Confirm";
import { Page } from "@/kit/Page";
import { AccountName } from "./networks";

const said = (search: Record<string, unknown>, name: string): string => {
  const value = search[name];
  // The router reads figures as numbers.
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
};

/** Where a network sends a person back to: ends the connection. */
export default function CallbackPage() {
  const { t } = useTranslation("social");
  const search: Record<string, unknown> = useSearch({ strict: false });
  const client = useQueryClient();
  const [accounts, setAccounts] = useState<Account[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  // A code is good once, and effects run twice while developing.
  const asked = useRef(false);
  const state = said(search, "state");
  const code = said(search, "code");
  // A person's no, or what the app lacks: the API tells them apart.
  const why = [said(search, "error"), said(search, "error_description")].filter(Boolean);
  const error = why.join(": ").slice(0, 500);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    finishConnection({ state, code, error }).then((found) => {
      setAccounts(found);
      void client.invalidateQueries({ queryKey: keys.of("social") });
    }, setFailure);
  }, [client, state, code, error]);
  return (
    <Page title={t("callback.title")} width="narrow" crumbs={[{ label: t("title"), to: "/social" }]}>
      <Stack align="flex-start" role="status" aria-live="polite">
        {accounts === null && failure === null && (
          <>
            <Loader aria-hidden />
            <Text>{t("callback.waiting")}</Text>
          </>
        )}
        {failure !== null && <Failure error={failure} />}
        {accounts !== null && (
          <>
            <Text>{t("callback.done", { count: accounts.length })}</Text>
            {accounts.map((one) => (
              <AccountName key={one.id} platform={one.platform} name={one.name} handle={one.handle} />
            ))}
          </>
        )}
        {(accounts !== null || failure !== null) && (
          <Button component={Link} to="/social?tab=accounts" variant={accounts ? "filled" : "default"}>
            {t("callback.accounts")}
          </Button>
        )}
      </Stack>
    </Page>
  );
}
