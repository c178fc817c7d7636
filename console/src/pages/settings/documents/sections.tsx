import { Alert, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Json } from "@/api/documents";
import { keys } from "@/api/queries";
import { Amount } from "@/kit/Amount";
import { StatusBadge } from "@/kit/StatusBadge";
import { Card } from "../Card";
import { Credentials } from "./Credentials";
import { ReplyTrial } from "./ReplyTrial";
import { Single } from "./Single";

const object = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** What is done with answers by mail. */
export function Replies() {
  const { t } = useTranslation("settings");
  return (
    <Single
      name="replies"
      right="administer"
      read={async (signal) => {
        const { rules, rev, ...told } = await body(api.GET("/api/v1/reply-rules", { signal }));
        return { document: rules, rev, told };
      }}
      save={(rules, rev) => body(api.PUT("/api/v1/reply-rules", { body: { rules: object(rules), rev } }))}
      example={`rules:
  - id: unhappy
    when: event.sentiment = "negative"
    forward: [support]
    emit: unhappy
  - id: welcome_answers
    when: event.workflow = "welcome"
    forward: [sales_team]
    answer:
      text: Thank you! We answer within a day.
unsubscribe: true`}
      beside={({ told }) =>
        told?.["receiving"] === false && (
          <Alert color="yellow" variant="light">
            {t("replies.not_receiving")}
          </Alert>
        )
      }
      more={(rules) => <ReplyTrial rules={object(rules)} />}
    />
  );
}

/** Fields that are computed from events. */
export function Computed() {
  return (
    <Single
      name="computed"
      right="publish"
      read={async (signal) => {
        const { computed, rev } = await body(api.GET("/api/v1/computed-attributes", { signal }));
        return { document: { computed }, rev };
      }}
      save={(document, rev) => body(api.PUT("/api/v1/computed-attributes", { body: { computed: list(object(document)["computed"]), rev, note: "" } }))}
      example={`computed:
  - name: spent_90
    kind: sum
    event: purchase
    property: total
    window_days: 90
  - name: visits
    kind: count
    event: page_view`}
    />
  );
}

export function Lifecycle() {
  return (
    <Single
      name="lifecycle"
      right="publish"
      read={async (signal) => {
        const { lifecycle, rev } = await body(api.GET("/api/v1/lifecycle", { signal }));
        return { document: lifecycle, rev };
      }}
      save={(document, rev) => body(api.PUT("/api/v1/lifecycle", { body: { lifecycle: object(document), rev, note: "" } }))}
      example={`stages:
  - name: subscriber
  - name: lead
    condition: did(form_submission)
  - name: customer
    condition: did(purchase)`}
    />
  );
}

/** Steps in which contacts become known. */
export function Stages() {
  return (
    <Single
      name="stages"
      right="administer"
      read={async (signal) => {
        const { stages, rev } = await body(api.GET("/api/v1/stages", { signal }));
        return { document: { stages }, rev };
      }}
      save={(document, rev) => body(api.PUT("/api/v1/stages", { body: { stages: list(object(document)["stages"]), rev } }))}
      example={`stages:
  - id: initial_capture
    enrichment_method: form_progressive_disclosure
    required_fields: [email, first_name, company]
    optional_fields: [job_title, industry]`}
    />
  );
}

/** What the server tells beside the settings and does not take back. */
const TOLD_ONLY = new Set(["credentials_set_at", "credentials"]);

/** Facts from data providers: whom to ask about, when, and what it may cost. */
export function Enrichment() {
  return (
    <Single
      name="enrichment"
      right="administer"
      read={async (signal) => {
        const { rev, ...settings } = await body(api.GET("/api/v1/enrichment", { signal }));
        const providers = Object.fromEntries(Object.entries(settings.providers).map(([name, one]) => [name, Object.fromEntries(Object.entries(one).filter(([key]) => !TOLD_ONLY.has(key)))]));
        return { document: { ...settings, providers }, rev, told: { providers: settings.providers } };
      }}
      save={(settings, rev) => body(api.PUT("/api/v1/enrichment", { body: { settings: object(settings), rev } }))}
      example={`legal_basis: consent
providers:
  clearbit:
    enabled: true
    dollars_per_call: 0.1
    budget: { calls_per_day: 100, dollars_per_month: 50 }
triggers:
  - id: sales_readiness
    condition: lead_score >= 300
    providers: [clearbit]`}
      beside={() => (
        <>
          <Usage />
          <Credentials />
        </>
      )}
    />
  );
}

function Usage() {
  const { t } = useTranslation("settings");
  const usage = useQuery({ queryKey: keys.of("documents", "enrichment", "usage"), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/enrichment/usage", { signal }))).items });
  if (!usage.data) return null;
  return (
    <Card title={t("usage.title")}>
      <Table.ScrollContainer minWidth={520}>
        <Table aria-label={t("usage.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("usage.provider")}</Table.Th>
              <Table.Th>{t("usage.state")}</Table.Th>
              <Table.Th ta="right">{t("usage.today")}</Table.Th>
              <Table.Th ta="right">{t("usage.month")}</Table.Th>
              <Table.Th ta="right">{t("usage.money")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {usage.data.map((one) => (
              <Table.Tr key={one.provider}>
                <Table.Td>{one.provider}</Table.Td>
                <Table.Td>
                  <StatusBadge tone={one.stopped_by === null ? "good" : one.enabled ? "warn" : "quiet"}>{t(`usage.states.${one.stopped_by ?? "on"}`)}</StatusBadge>
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={one.calls_today} /> / <Amount value={one.calls_per_day} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount value={one.calls_this_month} /> / <Amount value={one.calls_per_month} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount as="money" value={one.dollars_this_month} /> / <Amount as="money" value={one.dollars_per_month} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
