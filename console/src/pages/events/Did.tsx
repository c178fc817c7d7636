import { Anchor, Group, Loader, Skeleton, Text } from "@mantine/core";
import { IconChartPie, IconMail, IconRoute, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { ApiError } from "@/api/error";
import type { DebuggedEvent } from "@/api/events";
import { keys } from "@/api/queries";
import { ErrorState } from "@/kit/ErrorState";
import { When } from "@/kit/When";
import classes from "./Events.module.css";
import { consequencesOf, type Consequence } from "./did";

const ICONS = { known: IconUser, waiting: IconUser, segment: IconChartPie, entered: IconRoute, sent: IconMail };
const AGAIN_MS = 3_000;

/** What came of an event, by the record of whom it is about. */
export function Did({ who, event }: { who: string; event: DebuggedEvent }) {
  const { t } = useTranslation("events");
  const found = useQuery({
    queryKey: keys.of("events", "did", who, event.at),
    enabled: who !== "",
    // Consequences come in over some seconds.
    refetchInterval: AGAIN_MS,
    retry: false,
    queryFn: async ({ signal }) => {
      try {
        const path = { contact: who };
        const [contact, enrollments] = await Promise.all([
          body(api.GET("/api/v1/contacts/{contact}", { params: { path }, signal })),
          body(api.GET("/api/v1/contacts/{contact}/enrollments", { params: { path, query: { limit: 50 } }, signal })),
        ]);
        return { contact: contact.id, list: consequencesOf(event, contact, enrollments.items) };
      } catch (error) {
        // Nobody yet: the pass over the stream makes the contact.
        if (error instanceof ApiError && error.status === 404) return { contact: "", list: [{ kind: "waiting" } as const] };
        throw error;
      }
    },
  });
  if (who === "") return <Text size="sm">{t("did.nobody")}</Text>;
  if (found.error) return <ErrorState error={found.error} compact />;
  if (!found.data) return <Skeleton h={120} />;
  const { contact, list } = found.data;
  return (
    <>
      <ul className={classes["did"]} aria-live="polite">
        {list.map((one, place) => {
          const Icon = ICONS[one.kind];
          return (
            <li key={place}>
              {one.kind === "waiting" ? <Loader size={16} /> : <Icon size={18} aria-hidden />}
              <Line one={one} contact={contact} who={who} />
            </li>
          );
        })}
      </ul>
      {list.every((one) => one.kind === "known") && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("did.nothing")}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt="sm">
        {t("did.note")}
      </Text>
    </>
  );
}

function Line({ one, contact, who }: { one: Consequence; contact: string; who: string }) {
  const { t } = useTranslation("events");
  switch (one.kind) {
    case "waiting":
      return <Text size="sm">{t("did.waiting")}</Text>;
    case "known":
      return (
        <Text size="sm">
          {t(one.first ? "did.first" : "did.known")}{" "}
          <Anchor component={Link} to={`/contacts/${contact}`} size="sm">
            {who}
          </Anchor>
        </Text>
      );
    case "segment":
      return (
        <Group gap={6}>
          <Text size="sm">
            {t("did.segment")}{" "}
            <Anchor component={Link} to={`/segments/${one.segment}`} size="sm">
              {one.segment}
            </Anchor>
          </Text>
          <When at={one.at} size="xs" c="dimmed" />
        </Group>
      );
    case "entered":
      return (
        <Group gap={6}>
          <Text size="sm">
            {t("did.entered")}{" "}
            <Anchor component={Link} to={`/workflows/${one.workflow}`} size="sm">
              {one.workflow}
            </Anchor>
          </Text>
          <Text size="xs" c="dimmed">
            {t(`did.state.${one.state}`)}
          </Text>
        </Group>
      );
    case "sent":
      return (
        <Group gap={6}>
          <Text size="sm">{t("did.sent", { channel: one.channel })}</Text>
          <When at={one.at} size="xs" c="dimmed" />
        </Group>
      );
  }
}
