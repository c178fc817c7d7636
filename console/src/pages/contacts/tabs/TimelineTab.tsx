import { Anchor, Badge, Button, Card, Chip, Code, Collapse, Group, Skeleton, Stack, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconBolt, IconHandClick, IconMail, IconRobot, IconRoute } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContactEnrollments, type Contact } from "@/api/contacts";
import { useMessagesTo, useNewest, useOlder } from "@/api/timeline";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { Failure } from "@/kit/Confirm";
import { useNow } from "@/kit/useNow";
import { useUrlState } from "@/kit/useUrlState";
import { dateText, When } from "@/kit/When";
import classes from "../Contacts.module.css";
import { byDay, KINDS, shownProperties, timelineOf, type Item, type Kind } from "../timeline";
import { plainText } from "../value";

const ICONS = { event: IconBolt, message: IconMail, engagement: IconHandClick, workflow: IconRoute, problem: IconAlertTriangle } satisfies Record<Kind, unknown>;

/** What happened to the contact: the newest at once, older on request. */
export function TimelineTab({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation("contacts");
  const [{ kinds }, set] = useUrlState({ kinds: "" });
  const [asked, ask] = useState("");
  const now = useNow();
  const newest = useNewest(contact.id);
  const messages = useMessagesTo(contact.id);
  const enrollments = useContactEnrollments(contact.id);
  const older = useOlder(contact.id, asked, asked !== "");
  if (newest.error) return <ErrorState error={newest.error} again={() => void newest.refetch()} />;
  if (newest.isPending || messages.isPending || enrollments.loading) return <Skeleton h={320} radius="md" />;
  const fromLake = older.data?.pages.flatMap((page) => page.items) ?? [];
  const items = timelineOf([...newest.data, ...fromLake], messages.data ?? [], enrollments.items);
  const chosen = kinds === "" ? [] : kinds.split(",");
  const shown = chosen.length === 0 ? items : items.filter((one) => chosen.includes(one.kind));
  const running = older.data?.pages.at(-1)?.running ?? false;
  const waiting = older.isFetching;
  function lookFurther(): void {
    if (asked === "") ask(newest.data?.at(-1)?.at ?? now.toISOString());
    else void older.fetchNextPage();
  }
  return (
    <Stack gap="sm">
      <Chip.Group multiple value={chosen} onChange={(next) => set({ kinds: next.join(",") }, { replace: true })}>
        <Group gap="xs" role="group" aria-label={t("timeline.filter")}>
          {KINDS.map((kind) => (
            <Chip key={kind} value={kind} size="xs" variant="outline">
              {t(`timeline.kind.${kind}`, { count: items.filter((one) => one.kind === kind).length })}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Card padding={0}>
        {shown.length === 0 && <EmptyState compact art="signal" title={t("timeline.empty")} text={t(chosen.length > 0 ? "timeline.empty_kind" : "timeline.empty_text")} />}
        {byDay(shown).map(({ day, items: ofDay }) => (
          <section key={day} aria-label={day}>
            <h2 className={classes["day"]} style={{ margin: 0 }}>
              {dateText(new Date(ofDay[0]?.at ?? day), i18n.language, { dateStyle: "full" })}
            </h2>
            {ofDay.map((item) => (
              <Entry key={item.id} item={item} />
            ))}
          </section>
        ))}
      </Card>
      {older.error && <Failure error={older.error} />}
      <Group>
        {(asked === "" || older.hasNextPage) && (
          <Tooltip label={t("timeline.older_hint")}>
            <Button variant="default" size="xs" onClick={lookFurther} loading={waiting}>
              {t(running ? "timeline.ask_again" : "timeline.older")}
            </Button>
          </Tooltip>
        )}
        <Text size="xs" c="dimmed" role="status">
          {running ? t("timeline.running") : asked !== "" && !waiting && !older.error ? t("timeline.found", { count: fromLake.length }) : ""}
        </Text>
      </Group>
    </Stack>
  );
}

function Entry({ item }: { item: Item }) {
  const { t, i18n } = useTranslation("contacts");
  const [opened, open] = useState(false);
  const Icon = ICONS[item.kind];
  const shown = [...(item.step === "" ? [] : [t("timeline.step", { name: item.step })]), ...shownProperties(item).map(([name, value]) => `${name}: ${plainText(value)}`)];
  return (
    <div className={classes["entry"]} data-machine={item.machine}>
      <Text size="xs" c="dimmed" pt={6} className="tabular">
        <Tooltip label={dateText(new Date(item.at), i18n.language, { dateStyle: "full", timeStyle: "long" })}>
          <time dateTime={item.at}>{dateText(new Date(item.at), i18n.language, { timeStyle: "short" })}</time>
        </Tooltip>
      </Text>
      <span className={classes["dot"]} data-kind={item.kind} aria-hidden>
        <Icon size={16} />
      </span>
      <div style={{ minWidth: 0 }}>
        <Group gap={8}>
          <UnstyledButton onClick={() => open(!opened)} aria-expanded={opened} style={{ fontWeight: 550, fontSize: "var(--mantine-font-size-sm)", minHeight: 28 }}>
            {nameText(item, t)}
          </UnstyledButton>
          {item.machine && (
            <Tooltip label={t("timeline.machine_hint")}>
              <Badge size="sm" variant="default" leftSection={<IconRobot size={12} />} tt="none">
                {t("timeline.machine")}
              </Badge>
            </Tooltip>
          )}
          {item.workflow !== "" && (
            <Anchor component={Link} to={`/workflows/${item.workflow}`} size="xs">
              {item.called}
            </Anchor>
          )}
        </Group>
        {!opened && shown.length > 0 && (
          <Text size="xs" c="dimmed" truncate>
            {shown.join(" · ")}
          </Text>
        )}
        <Collapse expanded={opened}>
          <Text size="xs" c="dimmed" my={4} component="div">
            <When at={item.at} form="time" /> · {item.name}
            {item.source !== "" && ` · ${t("timeline.told_by", { source: item.source })}`} · {t(item.older ? "timeline.from_lake" : "timeline.from_profile")}
          </Text>
          <Code block>{JSON.stringify(item.properties, null, 2)}</Code>
        </Collapse>
      </div>
    </div>
  );
}

const NAMED = ["message_sent", "message_skipped", "message_failed", "workflow_entered", "email_sent", "email_delivered", "email_opened", "email_clicked", "email_bounced", "email_complained", "email_unsubscribed"] as const;
type Named = (typeof NAMED)[number];

function nameText(item: Item, t: ReturnType<typeof useTranslation<"contacts">>["t"]): string {
  if (!(NAMED as readonly string[]).includes(item.name)) return item.name;
  return t(`timeline.name.${item.name as Named}`, { message: plainText(item.properties["message"]) });
}
