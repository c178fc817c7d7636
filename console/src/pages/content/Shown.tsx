import { Alert, Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { ApiError } from "@/api/error";
import { keys } from "@/api/queries";
import classes from "./Content.module.css";

const SAMPLE = { first_name: "Ada", last_name: "Lovelace", email: "ada@example.com" };

/** A piece of a message as a made-up contact sees it, rendered by the server, in a frame that runs and reaches nothing. */
export function Shown({ html, dialect, label }: { html: string; dialect: string; label: string }) {
  const { t } = useTranslation("content");
  const [settled] = useDebouncedValue(html, 400);
  const { data, error } = useQuery({
    queryKey: keys.of("templates", "preview", "piece", settled, dialect),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
    queryFn: ({ signal }) =>
      body(
        api.POST("/api/v1/templates/{template}/preview", {
          params: { path: { template: "piece" } },
          body: { template: { id: "piece", subject: "-", purpose: "transactional", layout: "", dialect, html: settled || " " }, contact: "", sample: SAMPLE },
          signal,
        }),
      ),
  });
  if (error instanceof ApiError) {
    return (
      <Alert color="red" variant="light" py={8} title={t("shown.fault")} role="status">
        {error.message}
      </Alert>
    );
  }
  if (data === undefined) return <Skeleton height={120} radius="md" />;
  return <iframe className={classes["shown"]} sandbox="" title={label} srcDoc={`<style>body{margin:14px;font:15px/1.55 system-ui,sans-serif;color:#222}</style>${data.html}`} />;
}
