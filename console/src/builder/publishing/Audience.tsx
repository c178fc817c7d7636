import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Amount } from "@/kit/Amount";
import { useReason } from "../live/useReason";
import { countOf } from "../versions/compare";
import type { Preview } from "./data";
import classes from "./Publishing.module.css";

/** Who would get it, what it would cost, what changes. */
export function Audience({ preview }: { preview: Preview }) {
  const { t } = useTranslation("publish");
  const reason = useReason();
  const { cost, diff, entries } = preview;
  return (
    <section className={classes["section"]} aria-label={t("audience.title")}>
      <h3>{t("audience.title")}</h3>
      <dl className={classes["cards"]} style={{ margin: 0 }}>
        {entries.map((entry) => (
          <div key={entry.trigger} className={classes["card"]}>
            <dt>{entry.basis === "audience" ? t("audience.now") : t("audience.past", { count: entry.days ?? 30 })}</dt>
            <dd>
              {entry.complete ? "" : "≈ "}
              <Amount value={entry.contacts} />
              <small>
                {entry.events.length > 0 ? t("audience.events", { events: entry.events.join(", ") }) : ""}
                {entry.contacts === null ? t("audience.unknown") : entry.complete ? "" : t("audience.sample", { count: entry.sample })}
                {Object.entries(entry.refused).map(([why, count]) => (
                  <span key={why} style={{ display: "block" }}>
                    {t("audience.refused", { count, reason: reason(why) })}
                  </span>
                ))}
              </small>
            </dd>
          </div>
        ))}
        <div className={classes["card"]}>
          <dt>{t("cost.title")}</dt>
          <dd>
            <Amount value={cost.usd} as="money" />
            <small>{cost.messages_each === 0 ? t("cost.none") : t("cost.how", { messages: cost.messages, each: cost.messages_each, contacts: cost.contacts })}</small>
          </dd>
        </div>
        {diff === null ? null : (
          <div className={classes["card"]}>
            <dt>{t("changes.title", { number: preview.live_version })}</dt>
            <dd>
              <Amount value={countOf(diff)} />
              <small>{t("changes.what", { added: diff.added.length, changed: diff.changed.length, removed: diff.removed.length })}</small>
            </dd>
          </div>
        )}
      </dl>
      <Text size="xs" c="dimmed" mt={8}>
        {t("cost.assumption", { price: new Intl.NumberFormat("en", { maximumFractionDigits: 6 }).format(cost.usd_per_message * 1000) })}
      </Text>
    </section>
  );
}
