import { Text, Tooltip } from "@mantine/core";
import { IconBroadcast, IconRepeat } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CalendarEntry } from "@/api/calendar";
import { amountText } from "@/kit/Amount";
import { dateText } from "@/kit/When";
import classes from "./Calendar.module.css";

/** How an entry reads: when, what, to how many. */
export function useEntryText(zone: string) {
  const { t, i18n } = useTranslation("calendar");
  return {
    time: (one: CalendarEntry) => dateText(new Date(one.at), i18n.language, { timeStyle: "short" }, zone),
    audience: (one: CalendarEntry) => (one.contacts === null ? "" : t(one.basis === "last_run" ? "audience.last" : "audience.counted", { count: one.contacts, amount: amountText(one.contacts, i18n.language) })),
    state: (one: CalendarEntry) => t(`state.${one.state}`),
    kind: (one: CalendarEntry) => t(`kind.${one.kind}`),
  };
}

/** An entry as a chip; leads to its workflow. */
export function Chip({ entry, zone, reachable = true, tall = false }: { entry: CalendarEntry; zone: string; reachable?: boolean; tall?: boolean }) {
  const { t } = useTranslation("calendar");
  const words = useEntryText(zone);
  const Icon = entry.kind === "broadcast" ? IconBroadcast : IconRepeat;
  const more = [words.kind(entry), words.state(entry), words.audience(entry), entry.more ? t("more_often") : ""].filter(Boolean);
  return (
    <Tooltip label={[`${words.time(entry)} ${entry.name}`, ...more].join(" · ")}>
      <Link
        to="/workflows/$workflow"
        params={{ workflow: entry.workflow }}
        className={classes["chip"]}
        data-state={entry.state}
        data-kind={entry.kind}
        data-tall={tall}
        tabIndex={reachable ? 0 : -1}
      >
        <Icon size={13} aria-hidden />
        <span className={classes["time"]}>{words.time(entry)}</span>{" "}
        <Text span inherit truncate className={classes["name"] ?? ""}>
          {entry.name}
        </Text>
        <span className="unseen">, {more.join(", ")}</span>
      </Link>
    </Tooltip>
  );
}
