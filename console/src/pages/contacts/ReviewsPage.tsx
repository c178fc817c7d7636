import { Button, Card, Group, List, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnswerReview, useMergePreview, useMergeReviews, type MatchReview, type Verdict } from "@/api/merging";
import { Failure } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { amountText } from "@/kit/Amount";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { toast } from "@/kit/toast";
import { SideBySide } from "./Merging";

/** Pairs that matching is not sure of: one after the other, until the queue is empty. */
export default function ReviewsPage() {
  const { t } = useTranslation("contacts");
  const list = useMergeReviews();
  return (
    <Page title={t("reviews.title")} lead={t("reviews.lead")} crumbs={[{ label: t("title"), to: "/contacts" }]}>
      {list.error ? (
        <ErrorState error={list.error} again={list.again} />
      ) : list.loading ? (
        <Skeleton h={300} radius="md" />
      ) : list.items.length === 0 ? (
        <Card padding={0}>
          <EmptyState art="people" title={t("reviews.empty")} text={t("reviews.empty_text")}>
            <Button component={Link} to="/contacts" variant="default">
              {t("reviews.back")}
            </Button>
          </EmptyState>
        </Card>
      ) : (
        <Stack>
          <Text size="sm" c="dimmed" role="status">
            {t(list.hasMore ? "reviews.many" : "reviews.left", { count: list.items.length })}
          </Text>
          {list.items.map((one, place) => (
            <Pair key={one.pair} review={one} first={place === 0} />
          ))}
          {list.hasMore && (
            <Group>
              <Button variant="default" size="xs" onClick={list.more} loading={list.loadingMore}>
                {t("reviews.more")}
              </Button>
            </Group>
          )}
        </Stack>
      )}
    </Page>
  );
}

function Pair({ review, first }: { review: MatchReview; first: boolean }) {
  const { t, i18n } = useTranslation("contacts");
  const [opened, open] = useState(first);
  const preview = useMergePreview(opened ? review.left : "", review.right);
  const answer = useAnswerReview();
  const percent = amountText(review.probability, i18n.language, "percent", "USD", 0);
  function say(verdict: Verdict): void {
    answer.mutate({ pair: review.pair, verdict }, { onSuccess: () => toast.done(t(`reviews.said.${verdict}`)) });
  }
  return (
    <Card padding="md" component="section" aria-label={t("reviews.pair", { left: review.left, right: review.right })}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={6} w={220}>
          <Text fw={600}>{t("reviews.probability", { percent })}</Text>
          <Progress value={review.probability * 100} size="sm" aria-label={t("reviews.probability", { percent })} />
        </Stack>
        <Stack gap={2} flex="1 1 320px">
          {review.why.map((why) => (
            <Text key={why} size="sm">
              {why}
            </Text>
          ))}
          <List size="xs" c="dimmed">
            {review.evidence.map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
        </Stack>
        <Button size="xs" variant="subtle" onClick={() => open(!opened)} aria-expanded={opened}>
          {t(opened ? "reviews.hide" : "reviews.show")}
        </Button>
      </Group>
      {opened && (
        <Stack mt="md">
          {preview.isPending && <Skeleton h={200} radius="md" />}
          {preview.error && <Failure error={preview.error} />}
          {preview.data && <SideBySide preview={preview.data} />}
        </Stack>
      )}
      {answer.error && <Failure error={answer.error} />}
      <Group justify="flex-end" mt="sm">
        <MayButton right="edit" variant="subtle" color="gray" loading={answer.isPending} onClick={() => say("unsure")}>
          {t("reviews.unsure")}
        </MayButton>
        <MayButton right="edit" variant="default" loading={answer.isPending} onClick={() => say("different")}>
          {t("reviews.different")}
        </MayButton>
        <MayButton right="edit" loading={answer.isPending} onClick={() => say("same")}>
          {t("reviews.same")}
        </MayButton>
      </Group>
    </Card>
  );
}
