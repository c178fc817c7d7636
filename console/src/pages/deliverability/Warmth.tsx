import { Alert, Anchor, Button, Group, Progress, Select, Stack, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChannel, useSendSeeds, useWarmUps, type WarmUpProgress } from "@/api/channels";
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import { Failure } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { Card, Loaded } from "@/pages/settings/Card";

/** How far each warm-up is today. */
export function WarmUps() {
  const { t } = useTranslation("channels");
  const plans = useWarmUps();
  return (
    <Loaded query={plans} height={160}>
      {(found) => (
        <Card
          level={2}
          title={t("warmth.title")}
          text={t("warmth.text")}
          actions={
            <Anchor component={Link} to="/settings/rules" size="sm">
              {t("warmth.edit")}
            </Anchor>
          }
        >
          {found.length === 0 ? <EmptyState compact art="signal" title={t("warmth.empty")} text={t("warmth.empty_text")} /> : found.map((one) => <Plan key={one.stream} plan={one} />)}
        </Card>
      )}
    </Loaded>
  );
}

function Plan({ plan }: { plan: WarmUpProgress }) {
  const { t, i18n } = useTranslation("channels");
  const number = new Intl.NumberFormat(i18n.language);
  const over = plan.cap === null;
  const share = plan.cap === null ? 100 : Math.min((plan.sent / plan.cap) * 100, 100);
  const next = plan.caps[plan.day];
  return (
    <Stack gap={6} mb="md">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t(`streams.${plan.stream}`)}
        </Text>
        <StatusBadge tone={over ? "good" : "info"}>{over ? t("warmth.over") : plan.day === 0 ? t("warmth.before") : t("warmth.day", { day: plan.day, days: plan.caps.length })}</StatusBadge>
      </Group>
      {plan.cap !== null && <Progress value={share} size="lg" aria-label={t("warmth.today", { sent: number.format(plan.sent), cap: number.format(plan.cap) })} color={share >= 100 ? "orange" : "brand"} />}
      <Text size="sm" c="dimmed">
        {plan.cap === null ? t("warmth.over_text") : t("warmth.today", { sent: number.format(plan.sent), cap: number.format(plan.cap) })}
        {plan.cap !== null && next !== undefined && ` ${t("warmth.next", { cap: number.format(next) })}`}
      </Text>
      <Text size="xs" c="dimmed">
        {t("warmth.since")} <When at={plan.starts} form="date" zone="UTC" />
      </Text>
    </Stack>
  );
}

/** Sends the messages of a published workflow to the seed list. */
export function SeedList() {
  const { t } = useTranslation("channels");
  const channel = useChannel("email");
  const [workflow, setWorkflow] = useState<string | null>(null);
  const send = useSendSeeds();
  const live = useQuery({ queryKey: keys.of("workflows", "for-seeds"), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/workflows", { params: { query: { limit: 100 } }, signal }))).items });
  return (
    <Loaded query={channel} height={160}>
      {({ settings }) => {
        const seeds = Array.isArray(settings["seeds"]) ? settings["seeds"].map(String) : [];
        return (
          <Card level={2} title={t("seeds.title")} text={t("seeds.text")}>
            {seeds.length === 0 ? (
              <EmptyState compact art="mail" title={t("seed_send.empty")} text={t("seed_send.empty_text")}>
                <Button component={Link} to="/settings/rules" size="xs" variant="default">
                  {t("seed_send.add")}
                </Button>
              </EmptyState>
            ) : (
              <Stack gap="sm">
                <Text size="sm">{t("seed_send.count", { count: seeds.length })}</Text>
                <Group align="flex-end">
                  <Select flex={1} maw={360} searchable label={t("seed_send.workflow")} data={(live.data ?? []).map(({ id, name }) => ({ value: id, label: name || id }))} value={workflow} onChange={setWorkflow} />
                  <MayButton right="publish" variant="default" loading={send.isPending} disabled={workflow === null} onClick={() => workflow !== null && send.mutate(workflow)}>
                    {t("seed_send.send")}
                  </MayButton>
                </Group>
                {send.error && <Failure error={send.error} />}
                <div role="status">
                  {send.data && (
                    <Alert variant="light" color={send.data.failed.length > 0 ? "orange" : "teal"} icon={<IconCheck size={18} />}>
                      {t("seed_send.sent", { messages: send.data.sent.length, seeds: send.data.seeds })}
                      {send.data.failed.map((one) => (
                        <Text key={one.node} size="sm">
                          {t("seed_send.failed", { node: one.node, code: one.code })}
                        </Text>
                      ))}
                    </Alert>
                  )}
                </div>
                <Text size="xs" c="dimmed">
                  {t("seed_send.note")}
                </Text>
              </Stack>
            )}
          </Card>
        );
      }}
    </Loaded>
  );
}
