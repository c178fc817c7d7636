import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRejected } from "@/api/events";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { EventDetail } from "./EventDetail";
import { EventList } from "./EventList";
import classes from "./Events.module.css";
import { keyOf } from "./tail";

/** Events of the last hour that were not taken; they are kept whether or not somebody looks. */
export function Refused() {
  const { t } = useTranslation("events");
  const list = useRejected();
  const [chosen, setChosen] = useState("");
  if (list.error && list.items.length === 0) return <ErrorState error={list.error} again={list.again} />;
  if (list.loading) return <Skeleton h={420} radius="md" />;
  const selected = list.items.find((one) => keyOf(one) === chosen) ?? list.items[0];
  if (!selected) {
    return (
      <div className={classes["card"]}>
        <EmptyState art="signal" title={t("refused.empty")} text={t("refused.teach")} />
      </div>
    );
  }
  return (
    <div className={classes["split"]}>
      <div>
        <EventList events={list.items} selected={keyOf(selected)} onSelect={setChosen} />
        <Group justify="space-between" mt={6}>
          <Text size="xs" c="dimmed">
            {t("refused.count", { count: list.items.length })}
          </Text>
          {list.hasMore && (
            <Button size="xs" variant="default" onClick={list.more} loading={list.loadingMore}>
              {t("refused.more")}
            </Button>
          )}
        </Group>
      </div>
      <EventDetail key={keyOf(selected)} event={selected} />
    </div>
  );
}
