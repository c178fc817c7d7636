import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { QuietHours } from "@/api/calendar";
import { dateText } from "@/kit/When";
import classes from "./Calendar.module.css";
import { Chip } from "./Entry";
import { dayText, type GridProps } from "./Month";
import { stretches } from "./days";
import { lanes } from "./placing";
import { useGrid } from "./useGrid";

const HOUR = 44;
const FIRST = 7;
/** Minutes that a chip covers. */
const LEAST = 32;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Seven days by the hour; shaded where workflows send nothing. */
export function Week({ days, day, today, zone, placed, onDay, onOpen, quiet }: GridProps & { quiet: readonly QuietHours[] }) {
  const { t, i18n } = useTranslation("calendar");
  const { ref, onKeyDown } = useGrid(day, onDay, onOpen);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollTo({ top: FIRST * HOUR });
  }, []);
  return (
    <div ref={box} className={classes["scroller"]}>
      <div ref={ref} role="grid" aria-label={t("grid")} className={classes["hours"]} onKeyDown={onKeyDown}>
        <div role="row" className={classes["heads"]}>
          <div role="presentation" />
          {days.map((one) => (
            <div key={one} role="columnheader" data-today={one === today}>
              {dayText(one, i18n.language, { weekday: "short", day: "numeric", month: "numeric" })}
            </div>
          ))}
        </div>
        <div role="row" className={classes["body"]} style={{ height: HOUR * 24 }}>
          <div role="presentation" className={classes["clock"]} aria-hidden>
            {HOURS.map((hour) => (
              <span key={hour} style={{ top: hour * HOUR }}>
                {hour > 0 && dateText(new Date(Date.UTC(2026, 0, 1, hour)), i18n.language, { hour: "numeric" }, "UTC")}
              </span>
            ))}
          </div>
          {days.map((one) => {
            const list = placed.get(one) ?? [];
            const focused = one === day;
            return (
              <div
                key={one}
                role="gridcell"
                data-day={one}
                data-today={one === today}
                className={classes["column"]}
                style={{ backgroundSize: `100% ${HOUR}px` }}
                tabIndex={focused ? 0 : -1}
                aria-selected={focused}
                aria-label={`${dayText(one, i18n.language, { dateStyle: "full" })}, ${t("entries", { count: list.length })}`}
                onFocus={(event) => event.target === event.currentTarget && !focused && onDay(one)}
              >
                {quiet.flatMap((hours) =>
                  stretches(hours.start, hours.end).map(([from, to]) => (
                    <div key={hours.workflow + String(from)} className={classes["quiet"]} style={{ top: (from / 60) * HOUR, height: ((to - from) / 60) * HOUR }} aria-hidden />
                  )),
                )}
                {lanes(list, LEAST).map(({ one: { entry, minutes }, lane, of }) => (
                  <div
                    key={entry.workflow + entry.trigger + entry.at}
                    className={classes["placed"]}
                    style={{ top: (minutes / 60) * HOUR, insetInlineStart: `${(lane / of) * 100}%`, width: `${100 / of}%` }}
                  >
                    <Chip entry={entry} zone={zone} reachable={focused} />
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
