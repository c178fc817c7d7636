import { Alert, Anchor, Button, Drawer, Group, Select, Skeleton, Stack, Text, Textarea } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnswerMention, useChangeMention, useMention, type Mention, type MentionState } from "@/api/social";
import { useTeam } from "@/api/team";
import { Amount } from "@/kit/Amount";
import { Failure } from "@/kit/Confirm";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";
import { MENTION_TONES, NetworkIcon, moodTone, networkLabel } from "../networks";
import classes from "../Social.module.css";

/** One thing that somebody said: who, what became of it, and an answer. */
export function MentionDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("social");
  const mention = useMention(id);
  return (
    <Drawer opened={id !== ""} onClose={onClose} position="right" size="lg" title={t("mention.title")} closeButtonProps={{ "aria-label": t("close") }}>
      {mention.data ? (
        <Shown key={mention.data.id} mention={mention.data} />
      ) : mention.error ? (
        <ErrorState compact error={mention.error} again={() => void mention.refetch()} />
      ) : (
        <Skeleton h={260} radius="md" />
      )}
    </Drawer>
  );
}

const NEXT = ["open", "ignored", "escalated"] as const satisfies readonly MentionState[];
const ANSWER_TONES: Record<string, Tone> = { wanted: "info", sending: "info", sent: "good", unknown: "warn", failed: "bad", held: "warn" };

function Shown({ mention }: { mention: Mention }) {
  const { t } = useTranslation("social");
  const change = useChangeMention();
  const team = useTeam();
  const may = useMay("edit");
  const { author, answer } = mention;
  const alter = (to: { state?: MentionState; assignee?: string }): void => change.mutate({ mention: mention.id, rev: mention.rev, ...to }, { onError: toast.failed });
  const people = [...new Set([...(team.data ?? []).map((one) => one.email), mention.assignee].filter(Boolean))];
  return (
    <Stack>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap={10} wrap="nowrap">
          <NetworkIcon platform={mention.platform} size={34} />
          <div>
            <Anchor component={Link} to={`/contacts/${author.profile}`} fw={600}>
              {author.name || author.handle || t("mention.unknown")}
            </Anchor>
            <Text size="xs" c="dimmed">
              {author.handle !== "" && `@${author.handle}`}
              {author.followers !== null && (
                <>
                  {author.handle !== "" && " · "}
                  <Amount value={author.followers} as="short" /> {t("mention.followers")}
                </>
              )}
            </Text>
          </div>
        </Group>
        <When at={mention.at} form="time" size="sm" c="dimmed" />
      </Group>
      <div className={classes["quote"]} lang={mention.language || undefined}>
        {mention.text}
      </div>
      <Group gap="xs">
        <StatusBadge tone={MENTION_TONES[mention.state as MentionState]}>{t(`mention_state.${mention.state as MentionState}`)}</StatusBadge>
        <StatusBadge tone={moodTone(mention.sentiment)}>{t(`sentiment.${mention.sentiment as "neutral"}`)}</StatusBadge>
        {mention.rule !== "" && (
          <Text size="xs" c="dimmed">
            {t("mention.rule", { rule: mention.rule })}
          </Text>
        )}
        {mention.url !== "" && (
          <Anchor href={mention.url} target="_blank" rel="noreferrer" size="sm" ml="auto">
            {t("mention.at_network", { network: networkLabel(mention.platform) })} <IconExternalLink size={14} aria-hidden />
          </Anchor>
        )}
      </Group>
      <Group align="flex-end" gap="sm">
        <Select label={t("inbox.assignee")} placeholder={t("mention.nobody")} data={people} value={mention.assignee || null} onChange={(assignee) => alter({ assignee: assignee ?? "" })} disabled={!may || change.isPending} searchable clearable style={{ flex: 1 }} />
        {NEXT.filter((state) => state !== mention.state).map((state) => (
          <MayButton key={state} right="edit" variant="default" {...(state === "escalated" ? { color: "red" } : {})} loading={change.isPending} onClick={() => alter({ state })}>
            {t(`mention.to.${state}`)}
          </MayButton>
        ))}
      </Group>
      {answer !== null && (
        <Stack gap={6}>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {t("mention.answered")}
            </Text>
            <StatusBadge tone={ANSWER_TONES[answer.state] ?? "quiet"}>{t(`answer.${answer.state as "sent"}`)}</StatusBadge>
            <Text size="xs" c="dimmed">
              {team.data?.find(({ id }) => id === answer.by)?.email ?? answer.by} · <When at={answer.at} />
            </Text>
          </Group>
          <div className={classes["quote"]}>{answer.text}</div>
          {answer.reason !== "" && <Alert variant="light" color={answer.state === "failed" ? "red" : "yellow"}>{answer.reason}</Alert>}
        </Stack>
      )}
      <Answering mention={mention} />
    </Stack>
  );
}

function Answering({ mention }: { mention: Mention }) {
  const { t } = useTranslation("social");
  const [text, setText] = useState("");
  const answer = useAnswerMention();
  const may = useMay("edit");
  const waits = mention.answer?.state === "wanted" || mention.answer?.state === "sending";
  return (
    <Stack gap="xs">
      <Textarea autosize minRows={3} maxLength={2000} label={t("mention.answer")} description={t("mention.answer_hint", { network: networkLabel(mention.platform) })} value={text} onChange={(event) => setText(event.currentTarget.value)} disabled={!may} />
      {answer.error && <Failure error={answer.error} />}
      <Group justify="flex-end">
        <Button
          loading={answer.isPending || waits}
          disabled={!may || text.trim() === ""}
          onClick={() => answer.mutate({ mention: mention.id, rev: mention.rev, text: text.trim() }, { onSuccess: () => setText("") })}
        >
          {t("mention.send")}
        </Button>
      </Group>
    </Stack>
  );
}
