import { ActionIcon, Button, Group, Select, Skeleton, Text, Tooltip } from "@mantine/core";
import { IconClearAll, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { StatusBadge } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { EventDetail } from "./EventDetail";
import { EventList } from "./EventList";
import classes from "./Events.module.css";
import { keyOf, matching } from "./tail";
import { useTail } from "./useTail";

const STATES = ["accepted", "warned", "rejected"] as const;

/** Events as they arrive; `wanted` is the message id of one that was just sent and shall be shown. */
export function Live({ wanted, onSend }: { wanted: string; onSend: () => void }) {
  const { t } = useTranslation("events");
  const [paused, setPaused] = useState(false);
  const tail = useTail(paused);
  const [{ q, name, source, status }, set] = useUrlState({ q: "", name: "", source: "", status: "" });
  const [chosen, setChosen] = useState("");
  const [shown, setShown] = useState("");
  const events = useMemo(() => matching(tail.events, { text: q, name, source, status }), [tail.events, q, name, source, status]);
  const arrived = wanted !== "" && wanted !== shown ? tail.events.find((one) => one.message_id === wanted) : undefined;
  if (arrived) {
    setShown(wanted);
    setChosen(keyOf(arrived));
  }
  const selected = tail.events.find((one) => keyOf(one) === chosen) ?? events[0];
  const names = [...new Set(tail.events.map((one) => one.name).filter(Boolean))].sort();
  const sources = [...new Set(tail.events.map((one) => one.source).filter(Boolean))].sort();
  const filtered = q !== "" || name !== "" || source !== "" || status !== "";
  if (tail.error && tail.events.length === 0) return <ErrorState error={tail.error} />;
  return (
    <>
      <Group gap="sm" mb="sm">
        <SearchField value={q} onChange={(value) => set({ q: value }, { replace: true })} label={t("live.search")} width={260} />
        <Select w={180} placeholder={t("live.any_event")} aria-label={t("live.event")} data={names} value={name || null} onChange={(value) => set({ name: value ?? "" })} clearable searchable />
        <Select w={150} placeholder={t("live.any_source")} aria-label={t("live.source")} data={sources} value={source || null} onChange={(value) => set({ source: value ?? "" })} clearable />
        <Select
          w={150}
          placeholder={t("live.any_state")}
          aria-label={t("live.state")}
          data={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
          value={STATES.find((one) => one === status) ?? null}
          onChange={(value) => set({ status: value ?? "" })}
          clearable
        />
        <Group gap={6} ml="auto">
          <StatusBadge tone={paused ? "warn" : tail.error ? "bad" : "good"} pulse={!paused && !tail.error}>
            {t(paused ? "live.paused" : tail.error ? "live.broken" : "live.listening")}
          </StatusBadge>
          <Button size="xs" variant="default" leftSection={paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />} onClick={() => setPaused(!paused)} aria-pressed={paused}>
            {t(paused ? "live.resume" : "live.pause")}
          </Button>
          <Tooltip label={t("live.clear")}>
            <ActionIcon aria-label={t("live.clear")} onClick={tail.clear}>
              <IconClearAll size={17} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {!tail.ready ? (
        <Skeleton h={420} radius="md" />
      ) : tail.events.length === 0 ? (
        <div className={classes["card"]}>
          <EmptyState art="signal" title={t("live.empty")} text={t("live.teach")}>
            <MayButton right="edit" onClick={onSend}>
              {t("send.button")}
            </MayButton>
          </EmptyState>
        </div>
      ) : (
        <div className={classes["split"]}>
          <div>
            {events.length === 0 ? (
              <div className={classes["card"]}>
                <Group p="lg" justify="center">
                  <Text size="sm" c="dimmed" role="status">
                    {t("live.nothing")}
                  </Text>
                  <Button size="xs" variant="default" onClick={() => set({ q: "", name: "", source: "", status: "" })}>
                    {t("live.all")}
                  </Button>
                </Group>
              </div>
            ) : (
              <EventList events={events} selected={selected ? keyOf(selected) : ""} onSelect={setChosen} />
            )}
            <Text size="xs" c="dimmed" mt={6}>
              {t(filtered ? "live.count_of" : "live.count", { count: events.length, total: tail.events.length })}
            </Text>
          </div>
          {selected && events.length > 0 && <EventDetail key={keyOf(selected)} event={selected} />}
        </div>
      )}
    </>
  );
}
