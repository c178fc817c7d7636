import { useEffect, useRef, type KeyboardEvent, type RefObject } from "react";
import { plusDays, plusMonths, weekStart, type Day } from "./days";

const STEPS: Partial<Record<string, (day: Day, week: number) => Day>> = {
  ArrowLeft: (day) => plusDays(day, -1),
  ArrowRight: (day) => plusDays(day, 1),
  ArrowUp: (day, week) => plusDays(day, -week),
  ArrowDown: (day, week) => plusDays(day, week),
  Home: (day) => weekStart(day),
  End: (day) => plusDays(weekStart(day), 6),
};

/**
 * Keys of a grid of days (ARIA's grid pattern): one cell takes the focus, arrows move it, page keys move by months.
 *
 * Put `data-day` on the cells.
 */
export function useGrid(day: Day, onDay: (day: Day) => void, onOpen: (day: Day) => void): { ref: RefObject<HTMLDivElement | null>; onKeyDown: (event: KeyboardEvent) => void } {
  const ref = useRef<HTMLDivElement>(null);
  const byKey = useRef(false);
  useEffect(() => {
    // Only who moves by keys takes the focus along.
    if (byKey.current) ref.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus();
    byKey.current = false;
  }, [day]);
  return {
    ref,
    onKeyDown: (event) => {
      const cell = event.target instanceof HTMLElement && event.target.dataset["day"] !== undefined;
      if (!cell) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        onOpen(day);
        return;
      }
      const step = STEPS[event.key];
      const next = step ? step(day, 7) : event.key === "PageUp" ? plusMonths(day, -1) : event.key === "PageDown" ? plusMonths(day, 1) : null;
      if (next === null) return;
      event.preventDefault();
      byKey.current = true;
      onDay(next);
    },
  };
}
