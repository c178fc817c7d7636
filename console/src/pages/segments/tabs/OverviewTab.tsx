import { Alert, Button, Card, Code, Group, Progress, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconBulb, IconCalendarCheck } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useAnalytics, useReviewed, useSuggestions, type Segment, type SegmentAnalytics } from "@/api/segments";
import { Amount } from "@/kit/Amount";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { toast } from "@/kit/toast";
import { useNow } from "@/kit/useNow";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { everyDay } from "../growth";
import { reviewDue } from "../review";
import { UsedBy } from "../UsedBy";
import classes from "../Segments.module.css";

const GrowthChart = lazy(() => import("../GrowthChart").then((module) => ({ default: module.GrowthChart })));
const DAYS = ["30", "90", "365"] as const;

/** Size, growth, how members differ from everybody, what uses it and what could be better. */
export function OverviewTab({ segment }: { segment: Segment }) {
  const { t } = useTranslation("segments");
  const [{ days }, set] = useUrlState({ days: "30" });
  const span = Number(DAYS.find((one) => one === days) ?? "30");
  const analytics = useAnalytics(segment.id, span);
  const now = useNow();
  return (
    <Stack>
      {!segment.settled && (
        <Alert color="brand" variant="light" title={t("state.settling")} role="status">
          <Text size="sm" mb="xs">
            {t("state.settling_text")} {(segment.asked ?? 0) > 0 && t("state.asked", { count: segment.asked ?? 0 })}
          </Text>
          <Progress value={100} animated size="sm" aria-label={t("state.settling")} />
        </Alert>
      )}
      <Review segment={segment} />
      <Numbers segment={segment} analytics={analytics.data} />
      <Card padding="md" component="section" aria-labelledby="growth">
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h3" id="growth">
            {t("growth.title")}
          </Title>
          <SegmentedControl size="xs" aria-label={t("growth.span")} value={String(span)} onChange={(next) => set({ days: next })} data={DAYS.map((value) => ({ value, label: t("growth.days", { count: Number(value) }) }))} />
        </Group>
        {analytics.error ? (
          <ErrorState error={analytics.error} again={() => void analytics.refetch()} />
        ) : analytics.data ? (
          <Suspense fallback={<Skeleton h={240} />}>
            <GrowthChart points={everyDay(analytics.data.history, analytics.data.size, span, now)} />
          </Suspense>
        ) : (
          <Skeleton h={240} />
        )}
      </Card>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card padding="md" component="section" aria-labelledby="rule">
          <Title order={2} size="h3" id="rule" mb="xs">
            {t("overview.rule")}
          </Title>
          {segment.text ? (
            <Code block style={{ whiteSpace: "pre-wrap" }}>
              {segment.text}
            </Code>
          ) : (
            <Text size="sm" c="dimmed">
              {t("form.about.static")}
            </Text>
          )}
          <Text size="xs" c="dimmed" mt="sm">
            {t("overview.changed")} <When at={segment.updated_at} />
            {segment.updated_by.includes("@") && ` · ${segment.updated_by}`}
          </Text>
        </Card>
        <Card padding="md" component="section" aria-labelledby="used">
          <Title order={2} size="h3" id="used" mb="xs">
            {t("used.title")}
          </Title>
          <UsedBy names={segment.used_by} />
        </Card>
      </SimpleGrid>
      <Suggestions segment={segment.id} />
    </Stack>
  );
}

function Review({ segment }: { segment: Segment }) {
  const { t } = useTranslation("segments");
  const reviewed = useReviewed(segment.id);
  const now = useNow();
  if (segment.kind !== "static" || !segment.review) return null;
  const due = reviewDue(segment.review, segment.created_at);
  const late = due.getTime() <= now.getTime();
  return (
    <Alert color={late ? "yellow" : "gray"} variant="light" icon={<IconCalendarCheck size={18} />} title={t(late ? "review.due" : "review.next")}>
      <Group justify="space-between">
        <Text size="sm">
          {t("review.text", { count: segment.review.every_days })} <When at={due.toISOString()} />
        </Text>
        <MayButton right="edit" size="xs" variant="default" loading={reviewed.isPending} onClick={() => reviewed.mutate(undefined, { onError: toast.failed })}>
          {t("review.done")}
        </MayButton>
      </Group>
    </Alert>
  );
}

function Numbers({ segment, analytics }: { segment: Segment; analytics: SegmentAnalytics | undefined }) {
  const { t } = useTranslation("segments");
  const cards = [
    { key: "size", value: <Amount value={segment.size} />, hint: analytics ? t("numbers.of", { total: analytics.estimate.total }) : "" },
    { key: "net", value: analytics && <Signed value={analytics.growth.entered - analytics.growth.left} />, hint: analytics ? t("numbers.moved", { entered: analytics.growth.entered, left: analytics.growth.left }) : "" },
    { key: "opens", value: analytics && <Amount value={analytics.members.open_rate} as="percent" />, hint: analytics && <Everybody value={analytics.everybody.open_rate} /> },
    { key: "clicks", value: analytics && <Amount value={analytics.members.click_rate} as="percent" />, hint: analytics && <Everybody value={analytics.everybody.click_rate} /> },
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      {cards.map(({ key, value, hint }) => (
        <Card key={key} padding="md">
          <Text size="sm" c="dimmed">
            {t(`numbers.${key}`)}
          </Text>
          <div className={classes["figure"]}>{value ?? <Skeleton h={32} w={72} my={4} />}</div>
          <Text size="xs" c="dimmed" component="div">
            {hint}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}

function Signed({ value }: { value: number }) {
  return (
    <>
      {value > 0 ? "+" : ""}
      <Amount value={value} />
    </>
  );
}

function Everybody({ value }: { value: number | null }) {
  const { t } = useTranslation("segments");
  return (
    <>
      {t("numbers.everybody")} <Amount value={value} as="percent" />
    </>
  );
}

function Suggestions({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const [, set] = useUrlState({ tab: "overview" });
  const found = useSuggestions(segment);
  if (!found.data || found.data.length === 0) return null;
  return (
    <Card padding="md" component="section" aria-labelledby="suggestions">
      <Title order={2} size="h3" id="suggestions" mb="xs">
        {t("suggestions.title")}
      </Title>
      <Stack gap="xs">
        {found.data.map((one) => (
          <Group key={one.message} gap="sm" wrap="nowrap" align="flex-start">
            <IconBulb size={18} aria-hidden style={{ flex: "none", color: "var(--warn)" }} />
            <Text size="sm">{one.message}</Text>
          </Group>
        ))}
      </Stack>
      <Button mt="sm" size="xs" variant="default" onClick={() => set({ tab: "edit" })}>
        {t("suggestions.edit")}
      </Button>
    </Card>
  );
}
