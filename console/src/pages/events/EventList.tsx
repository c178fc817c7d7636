import { Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { DebuggedEvent } from "@/api/events";
import { dateText } from "@/kit/When";
import classes from "./Events.module.css";
import { keyOf, whoOf } from "./tail";

const ROW = 54;

/** Events as a listbox: arrows move, only those in sight are drawn. */
export function EventList({ events, selected, onSelect }: { events: readonly DebuggedEvent[]; selected: string; onSelect: (key: string) => void }) {
  const { t, i18n } = useTranslation("events");
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by a compiler
  const rows = useVirtualizer({ count: events.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 8, initialRect: { width: 400, height: 600 } });
  const place = events.findIndex((one) => keyOf(one) === selected);

  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place, { align: "auto" });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- follows the selection, not each event that arrives
  }, [selected]);

  function moved(event: KeyboardEvent): void {
    const steps: Partial<Record<string, number>> = { ArrowDown: place + 1, ArrowUp: place - 1, PageDown: place + 10, PageUp: place - 10, Home: 0, End: events.length - 1 };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = events[Math.min(Math.max(wanted, 0), events.length - 1)];
    if (next) onSelect(keyOf(next));
  }

  return (
    <div ref={box} className={classes["list"]} role="listbox" tabIndex={0} aria-label={t("live.list")} aria-activedescendant={place >= 0 ? `event-${place}` : undefined} onKeyDown={moved}>
      <div style={{ height: rows.getTotalSize(), position: "relative" }}>
        {rows.getVirtualItems().map((row) => {
          const one = events[row.index];
          if (!one) return null;
          const key = keyOf(one);
          const state = one.status === "rejected" ? "rejected" : one.code ? "warned" : "accepted";
          const Icon = { accepted: IconCircleCheck, warned: IconAlertTriangle, rejected: IconCircleX }[state];
          return (
            <div
              key={key}
              id={`event-${row.index}`}
              role="option"
              aria-selected={key === selected}
              className={classes["event"]}
              data-state={state}
              style={{ transform: `translateY(${row.start}px)`, height: ROW }}
              onClick={() => onSelect(key)}
            >
              <Icon size={17} className={classes["state"]} aria-label={t(`state.${state}`)} />
              <div className={classes["grow"]}>
                <Text size="sm" fw={550} truncate>
                  {one.name || t("unnamed")}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  {whoOf(one) || one.message || t("nobody")}
                </Text>
              </div>
              <div className={classes["right"]}>
                <Text size="xs" c="dimmed" className="tabular">
                  {dateText(new Date(one.at), i18n.language, { timeStyle: "medium" })}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  {one.source}
                </Text>
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
