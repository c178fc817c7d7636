import { Anchor, Card, Group, Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Contact } from "@/api/contacts";
import { useSegmentNames } from "@/api/segments";
import { EmptyState } from "@/kit/EmptyState";
import { When } from "@/kit/When";

/** Segments that the contact is in, and since when. */
export function SegmentsTab({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const names = useSegmentNames();
  if (names.isPending) return <Skeleton h={160} radius="md" />;
  const labels = new Map((names.data ?? []).map((one) => [one.value, one.label]));
  return (
    <Card padding={0}>
      {contact.memberships.length === 0 && <EmptyState compact art="pie" title={t("segments.none")} text={t("segments.none_text")} />}
      {contact.memberships.map((one, place) => (
        <Group key={one.segment} justify="space-between" px="md" py={12} style={place > 0 ? { borderTop: "1px solid var(--line)" } : {}}>
          <div>
            <Anchor component={Link} to={`/segments/${one.segment}`} size="sm" fw={550}>
              {labels.get(one.segment) ?? one.segment}
            </Anchor>
            <Text size="xs" c="dimmed" ff="monospace">
              {one.segment}
            </Text>
          </div>
          <Text size="sm" c="dimmed">
            {t("segments.since")} <When at={one.since} form="date" none={t("segments.unknown")} />
          </Text>
        </Group>
      ))}
    </Card>
  );
}
