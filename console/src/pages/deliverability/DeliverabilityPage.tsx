import { Group, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import { useDeliverability, useMailDays } from "@/api/channels";
import { EmptyState } from "@/kit/EmptyState";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { Card, Loaded } from "@/pages/settings/Card";
import { Domains } from "./Domains";
import { PauseState, Week } from "./Standing";
import { SeedList, WarmUps } from "./Warmth";
import { METRICS } from "./rates";

const RatesChart = lazy(() => import("./RatesChart").then((m) => ({ default: m.RatesChart })));
const DAYS = ["7", "30", "90"] as const;

/** Whether mail arrives: rates by mailbox provider, the pause, DNS, warm-up, seeds. */
export default function DeliverabilityPage() {
  const { t } = useTranslation("channels");
  const now = useDeliverability();
  return (
    <Page title={t("deliverability.title")} lead={t("deliverability.lead")}>
      <Stack gap="lg">
        <Loaded query={now} height={110}>
          {(found) => <PauseState now={found} />}
        </Loaded>
        <Over />
        <Domains />
        <WarmUps />
        <SeedList />
      </Stack>
    </Page>
  );
}

function Over() {
  const { t } = useTranslation("channels");
  const [state, set] = useUrlState({ metric: "complaints", days: "30" });
  const metric = METRICS.find((one) => one === state.metric) ?? "complaints";
  const days = useMailDays(Number(DAYS.find((one) => one === state.days) ?? "30"));
  const now = useDeliverability();
  return (
    <Loaded query={days} height={380}>
      {(told) => {
        const any = told.days.some(({ mailboxes }) => mailboxes.some(({ sent, delivered }) => sent + delivered > 0));
        return (
          <>
            <Card
              level={2}
              title={t("rates.title")}
              text={t(`rates.text.${metric}`)}
              actions={
                <Group gap="xs">
                  <SegmentedControl size="xs" aria-label={t("rates.which")} value={metric} onChange={(value) => set({ metric: value })} data={METRICS.map((value) => ({ value, label: t(`rates.metric.${value}`) }))} />
                  <SegmentedControl size="xs" aria-label={t("rates.span")} value={state.days} onChange={(value) => set({ days: value })} data={DAYS.map((value) => ({ value, label: t("rates.days", { days: value }) }))} />
                </Group>
              }
            >
              {any ? (
                <Suspense fallback={<Skeleton height={280} radius="md" />}>
                  <RatesChart told={told} metric={metric} />
                </Suspense>
              ) : (
                <EmptyState compact art="mail" title={t("rates.empty")} text={t("rates.empty_text")} />
              )}
            </Card>
            {now.data && <Week now={now.data} limits={told.limits} />}
          </>
        );
      }}
    </Loaded>
  );
}
