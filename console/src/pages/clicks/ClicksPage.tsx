import { Anchor, Progress, SegmentedControl, Skeleton, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { useClicks, type ClickedLink, type ClickedMessage } from "@/api/content";
import { keys } from "@/api/queries";
import { amountText } from "@/kit/Amount";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { inScheme } from "@/pages/templates/editor/dark";
import classes from "./Clicks.module.css";
import { withClicks } from "./overlay";

interface Step {
  id: string;
  name: string;
  template: string;
}

/** Which link of a workflow's messages was clicked how often, on the message itself. */
export default function ClicksPage() {
  const { t } = useTranslation("content");
  const { workflow = "" } = useParams({ strict: false });
  const [{ step }, set] = useUrlState({ step: "" });
  const clicks = useClicks(workflow);
  const drawn = useQuery({
    queryKey: keys.of("clicks", workflow, "steps"),
    queryFn: async ({ signal }) => {
      const { workflow: document, name } = await body(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow } }, signal }));
      return { name, steps: stepsOf(document) };
    },
  });
  const error = clicks.error ?? drawn.error;
  const shown = (clicks.data ?? []).filter((one) => one.links.length > 0);
  const here = shown.find((one) => one.node === step) ?? shown[0];
  const stepOf = (node: string): Step => drawn.data?.steps.find((one) => node === one.id || node.startsWith(`${one.id}.`)) ?? { id: node, name: node, template: "" };
  return (
    <Page title={t("clicks.title")} lead={t("clicks.lead")} crumbs={[{ label: drawn.data?.name ?? workflow, to: `/workflows/${workflow}` as "/workflows" }]}>
      {error ? (
        <ErrorState error={error} again={() => void Promise.all([clicks.refetch(), drawn.refetch()])} />
      ) : clicks.data === undefined || drawn.data === undefined ? (
        <Skeleton height={520} radius="md" />
      ) : here === undefined ? (
        <EmptyState art="mail" title={t("clicks.none")} text={t("clicks.none_text")} />
      ) : (
        <>
          {shown.length > 1 ? (
            <SegmentedControl aria-label={t("clicks.step")} value={here.node} onChange={(value) => set({ step: value })} data={shown.map((one) => ({ value: one.node, label: stepOf(one.node).name }))} style={{ alignSelf: "flex-start" }} />
          ) : null}
          <Map key={here.node} message={here} template={stepOf(here.node).template} />
        </>
      )}
    </Page>
  );
}

function Map({ message, template }: { message: ClickedMessage; template: string }) {
  const { t, i18n } = useTranslation("content");
  const [chosen, setChosen] = useState("");
  const picture = useQuery({
    queryKey: keys.of("templates", "preview", template, "clicks"),
    enabled: template !== "",
    retry: false,
    queryFn: async ({ signal }) => (await body(api.POST("/api/v1/templates/{template}/preview", { params: { path: { template } }, body: {}, signal }))).html,
  });
  const share = (one: ClickedLink): string => amountText(one.share, i18n.language, "percent", "USD", 0);
  return (
    <div className={classes["map"]}>
      <div className={classes["message"]}>
        {picture.data ? (
          <iframe className={classes["frame"]} sandbox="" title={t("clicks.message")} srcDoc={inScheme(withClicks(picture.data, message.links, (one) => `${amountText(one.clicks, i18n.language)} · ${share(one)}`, chosen), false)} />
        ) : (
          <Text p="lg" size="sm" c="dimmed">
            {t("clicks.gone")}
          </Text>
        )}
      </div>
      <section className={classes["links"]} aria-label={t("clicks.links")}>
        <Text size="sm" fw={650} p="sm" role="status">
          {t("clicks.total", { count: message.clicks })}
        </Text>
        {message.links.map((one) => (
          <UnstyledButton key={one.link} className={classes["link"] ?? ""} aria-pressed={one.link === chosen} data-on={one.link === chosen} onClick={() => setChosen(one.link === chosen ? "" : one.link)}>
            <span className={classes["line"]}>
              <Text component="span" size="sm" className={classes["address"] ?? ""}>
                {one.url || t(one.position === 0 ? "clicks.earlier" : "clicks.differs", { link: one.link })}
              </Text>
              <Text component="span" size="sm" fw={650} className="tabular">
                {amountText(one.clicks, i18n.language)}
              </Text>
              <Text component="span" size="xs" c="dimmed" w={44} ta="right" className="tabular">
                {share(one)}
              </Text>
            </span>
            <Progress component="span" size="sm" value={one.share * 100} aria-hidden />
          </UnstyledButton>
        ))}
        {template === "" ? null : (
          <Text size="xs" p="sm">
            <Anchor component={Link} to={`/templates/${template}`} size="xs">
              {t("clicks.open")}
            </Anchor>
          </Text>
        )}
      </section>
    </div>
  );
}

function stepsOf(document: Record<string, unknown>): Step[] {
  const nodes = document["nodes"];
  if (!Array.isArray(nodes)) return [];
  return (nodes as Record<string, unknown>[]).map((node) => {
    const config = (node["config"] ?? {}) as Record<string, unknown>;
    const text = (value: unknown): string => (typeof value === "string" ? value : "");
    return { id: text(node["id"]), name: text(node["label"]) || text(node["name"]) || text(node["id"]), template: text(config["template"]) || text(config["template_id"]) };
  });
}
