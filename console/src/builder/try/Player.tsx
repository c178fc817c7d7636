import { ActionIcon, Slider, Tooltip } from "@mantine/core";
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconPlayerSkipBackFilled, IconPlayerSkipForwardFilled } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { dateText } from "@/kit/When";
import { lengthOf, momentOf, stopsOf, type Tried } from "./journey";
import classes from "./Try.module.css";

const STEP_MS = 900;

interface Props {
  readonly tried: Tried;
  /** Seconds after the start. */
  readonly at: number;
  readonly onAt: (seconds: number) => void;
  readonly zone: string;
}

/** The journey's time: drag it, step through it, or let it run from event to event. */
export function Player({ tried, at, onAt, zone }: Props) {
  const { t, i18n } = useTranslation("tryout");
  const stops = useMemo(() => stopsOf(tried), [tried]);
  const [running, setRunning] = useState(false);
  const last = stops.at(-1) ?? 0;
  const next = stops.find((stop) => stop > at);
  const before = stops.findLast((stop) => stop < at);
  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(() => {
      if (next === undefined) setRunning(false);
      else onAt(next);
    }, STEP_MS);
    return () => clearTimeout(timer);
  }, [running, next, onAt]);
  const moment = momentOf(tried, at);
  const Shown = running ? IconPlayerPauseFilled : IconPlayerPlayFilled;
  const label = t(running ? "pause" : "play_again");
  return (
    <div className={classes["player"]}>
      <ActionIcon aria-label={t("step_back")} disabled={before === undefined} onClick={() => onAt(before ?? 0)}>
        <IconPlayerSkipBackFilled size={16} />
      </ActionIcon>
      <Tooltip label={label}>
        <ActionIcon
          size={38}
          radius="xl"
          variant="filled"
          color="brand"
          aria-label={label}
          onClick={() => {
            if (!running && next === undefined) onAt(0);
            setRunning(!running);
          }}
        >
          <Shown size={18} />
        </ActionIcon>
      </Tooltip>
      <ActionIcon aria-label={t("step_on")} disabled={next === undefined} onClick={() => onAt(next ?? last)}>
        <IconPlayerSkipForwardFilled size={16} />
      </ActionIcon>
      <Slider
        className={classes["slider"] ?? ""}
        min={0}
        max={Math.max(last, 1)}
        value={at}
        onChange={onAt}
        restrictToMarks
        marks={stops.map((value) => ({ value }))}
        label={(value) => lengthOf(value, i18n.language)}
        thumbLabel={t("time")}
      />
      <div className={classes["clock"]}>
        {dateText(moment, i18n.language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }, zone)}
        <small>
          {t("after", { length: lengthOf(at, i18n.language) })} · {zone.split("/").at(-1)?.replaceAll("_", " ")}
        </small>
      </div>
    </div>
  );
}
