import { useTranslation } from "react-i18next";
import { dateText } from "@/kit/When";
import classes from "./Calendar.module.css";
import { Chip } from "./Entry";
import type { Day } from "./days";
import type { Placed } from "./placing";
import { useGrid } from "./useGrid";

const SHOWN = 3;

export interface GridProps {
  days: readonly Day[];
  /** The day that has the focus. */
  day: Day;
  today: Day;
  zone: string;
  placed: ReadonlyMap<Day, Placed[]>;
  onDay: (day: Day) => void;
  /** Shows a day alone. */
  onOpen: (day: Day) => void;
}

export function dayText(day: Day, language: string, options: Intl.DateTimeFormatOptions): string {
  return dateText(new Date(`${day}T12:00:00Z`), language, options, "UTC");
}

export function Month({ days, day, today, zone, placed, onDay, onOpen }: GridProps) {
  const { t, i18n } = useTranslation("calendar");
  const { ref, onKeyDown } = useGrid(day, onDay, onOpen);
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return (
    <div ref={ref} role="grid" aria-label={t("grid")} className={classes["grid"]} onKeyDown={onKeyDown}>
      <div role="row" className={classes["week"]} data-head>
        {days.slice(0, 7).map((one) => (
          <div key={one} role="columnheader" aria-label={dayText(one, i18n.language, { weekday: "long" })}>
            {dayText(one, i18n.language, { weekday: "short" })}
          </div>
        ))}
      </div>
      {weeks.map((week) => (
        <div key={week[0]} role="row" className={classes["week"]}>
          {week.map((one) => {
            const list = placed.get(one) ?? [];
            const focused = one === day;
            return (
              <div
                key={one}
                role="gridcell"
                data-day={one}
                data-other={one.slice(0, 7) !== day.slice(0, 7)}
                data-today={one === today}
                data-past={one < today}
                className={classes["day"]}
                tabIndex={focused ? 0 : -1}
                aria-selected={focused}
                onFocus={(event) => event.target === event.currentTarget && !focused && onDay(one)}
              >
                <span className={classes["number"]} aria-hidden>
                  {Number(one.slice(8))}
                </span>
                <span className="unseen">{`${dayText(one, i18n.language, { dateStyle: "full" })}, ${t("entries", { count: list.length })}`}</span>
                {list.slice(0, SHOWN).map(({ entry }) => (
                  <Chip key={entry.workflow + entry.trigger + entry.at} entry={entry} zone={zone} reachable={focused} />
                ))}
                {list.length > SHOWN && (
                  <button type="button" className={classes["rest"]} tabIndex={focused ? 0 : -1} onClick={() => onOpen(one)}>
                    {t("rest", { count: list.length - SHOWN })}
                  </button>
                )}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}
