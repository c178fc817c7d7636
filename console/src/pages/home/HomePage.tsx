import { Anchor, Card, Group, SegmentedControl, Skeleton, Stack, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import { useFigures } from "@/api/figures";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { Attention } from "./Attention";
import classes from "./Home.module.css";
import { Recent } from "./Recent";
import { Tiles } from "./Tiles";
import { Top } from "./Top";
import { Guide } from "./guide/Guide";
import { useTour } from "./guide/progress";
import { nextStep, useStanding } from "./guide/steps";
import { useConcerns, useLists } from "./useHome";

// Charts are large; Home must not wait for them.
const Chart = lazy(() => import("./Chart").then((m) => ({ default: m.Chart })));
const PERIODS = ["7", "30", "90"] as const;
const VIEWS = ["messages", "results", "trouble"] as const;

/** How it goes, what needs somebody, and the way to a first journey. */
export default function HomePage() {
  const { t } = useTranslation("home");
  const [{ days, view }, set] = useUrlState({ days: "30", view: "messages" });
  const figures = useFigures(Number(PERIODS.find((one) => one === days) ?? "30"));
  const lists = useLists();
  const tour = useTour();
  const standing = useStanding();
  const concerns = useConcerns(figures.data, lists.data);
  const shown = VIEWS.find((one) => one === view) ?? "messages";
  // An empty workspace has nothing to show but the way to its first journey.
  const empty = lists.data?.recent.length === 0 && figures.data?.now.totals.sent === 0 && figures.data.before.totals.sent === 0;
  const guided = standing.data && nextStep(standing.data.done) !== undefined && (empty || tour.state !== "closed") ? standing.data : null;
  if (figures.error && !figures.data) {
    return (
      <Page title={t("title")}>
        <ErrorState error={figures.error} again={() => void figures.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        !empty && (
          <SegmentedControl size="sm" value={days} onChange={(value) => set({ days: value })} data={PERIODS.map((value) => ({ value, label: t("period", { count: Number(value) }) }))} aria-label={t("period_label")} />
        )
      }
    >
      {empty && guided && <Guide standing={guided} hero />}
      {!empty && (
        <>
          <Tiles figures={figures.data} />
          <Card padding="md" component="section" aria-labelledby="over-time">
            <Group justify="space-between" mb="sm">
              <Title order={2} id="over-time">
                {t("chart.title")}
              </Title>
              <SegmentedControl size="xs" value={shown} onChange={(value) => set({ view: value })} data={VIEWS.map((value) => ({ value, label: t(`chart.${value}`) }))} aria-label={t("chart.view")} />
            </Group>
            <Suspense fallback={<Skeleton h={260} />}>{figures.data ? <Chart days={figures.data.now.days} view={shown} /> : <Skeleton h={260} />}</Suspense>
          </Card>
        </>
      )}
      <div className={classes["columns"]}>
        <Stack gap="lg">
          {!empty && (
            <Stack gap="sm" component="section" aria-labelledby="top">
              <Title order={2} id="top">
                {t("top.title")}
              </Title>
              {figures.data ? <Top workflows={figures.data.now.workflows} /> : <Skeleton h={180} radius="md" />}
            </Stack>
          )}
          <Stack gap="sm" component="section" aria-labelledby="recent">
            <Group justify="space-between">
              <Title order={2} id="recent">
                {t("recent.title")}
              </Title>
              <Anchor component={Link} to="/workflows" size="sm">
                {t("recent.all")}
              </Anchor>
            </Group>
            <Recent workflows={lists.data?.recent} />
          </Stack>
        </Stack>
        <Stack gap="lg">
          {!empty && guided && <Guide standing={guided} />}
          <Stack gap="sm" component="section" aria-labelledby="attention">
            <Title order={2} id="attention">
              {t("attention.title")}
            </Title>
            <Attention concerns={concerns} />
          </Stack>
        </Stack>
      </div>
    </Page>
  );
}
