import { Card, Group, Skeleton, Text, Tooltip } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Figures } from "@/api/figures";
import { Amount, amountText } from "@/kit/Amount";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import classes from "./Home.module.css";
import { Sparkline } from "./Sparkline";
import { LINES, changeOf, healthOf, rateOf, valuesOf, type FigureName, type Health } from "./compare";

const MAIN = ["sent", "opened", "clicked", "conversions"] as const;
const MORE = ["delivered", "bounced", "complained", "unsubscribed", "usd"] as const;
/** Less of these is better. */
const BAD = new Set<FigureName>(["bounced", "complained", "unsubscribed", "usd"]);
const COLOURS: Partial<Record<FigureName, string>> = { opened: "var(--node-message)", clicked: "var(--node-data)", conversions: "var(--good)" };
const TONES: Record<Health, Tone> = { good: "good", near: "warn", over: "bad", unknown: "quiet" };

/** Figures of the period, each beside those of the period before. */
export function Tiles({ figures }: { figures: Figures | undefined }) {
  return (
    <div className={classes["tiles"]}>
      <div className={classes["main"]}>
        {MAIN.map((name) => (
          <Tile key={name} name={name} figures={figures} line />
        ))}
      </div>
      <div className={classes["more"]}>
        {MORE.map((name) => (
          <Tile key={name} name={name} figures={figures} />
        ))}
      </div>
    </div>
  );
}

function Tile({ name, figures, line = false }: { name: FigureName; figures: Figures | undefined; line?: boolean }) {
  const { t } = useTranslation("home");
  if (!figures) return <Skeleton h={line ? 128 : 92} radius="md" />;
  const { now, before } = figures;
  const value = now.totals[name];
  const rate = rateOf(name, now.totals);
  return (
    <Card padding="md" className={classes["tile"] ?? ""}>
      <Group justify="space-between" wrap="nowrap" gap={6}>
        <Tooltip label={t(`figure.${name}.hint`)}>
          <Text size="sm" c="dimmed" truncate tabIndex={0}>
            {t(`figure.${name}.title`)}
          </Text>
        </Tooltip>
        <Change now={value} before={before.totals[name]} bad={BAD.has(name)} />
      </Group>
      <Group gap={8} align="baseline" wrap="nowrap">
        <Amount value={value} as={name === "usd" ? "money" : "short"} className={classes["figure"] ?? ""} data-small={!line} />
        {rate !== null && name !== "bounced" && name !== "complained" && (
          <Text size="sm" c="dimmed">
            <Amount value={rate} as="percent" />
          </Text>
        )}
      </Group>
      {name !== "bounced" && name !== "complained" && <Sparkline values={valuesOf(now.days, name)} {...(COLOURS[name] ? { colour: COLOURS[name] } : {})} />}
      {(name === "bounced" || name === "complained") && <Line name={name} rate={rate} health={healthOf(name, now.totals)} />}
    </Card>
  );
}

function Change({ now, before, bad }: { now: number; before: number; bad: boolean }) {
  const { t, i18n } = useTranslation("home");
  const change = changeOf(now, before);
  if (change === null) return null;
  const text = `${change > 0 ? "+" : ""}${amountText(change, i18n.language, "percent", "USD", 0)}`;
  const tone = Math.abs(change) < 0.005 ? "dimmed" : change > 0 === bad ? "var(--bad)" : "var(--good)";
  const Arrow = change < 0 ? IconArrowDownRight : IconArrowUpRight;
  return (
    <Tooltip label={t("figure.before", { value: amountText(before, i18n.language) })}>
      <Text size="xs" fw={600} c={tone} className={classes["change"] ?? ""}>
        <Arrow size={13} aria-hidden />
        {text}
      </Text>
    </Tooltip>
  );
}

/** How a rate stands to the line at which mailbox providers lose their patience. */
function Line({ name, rate, health }: { name: keyof typeof LINES; rate: number | null; health: Health }) {
  const { t, i18n } = useTranslation("home");
  const line = LINES[name];
  const share = Math.min(1, (rate ?? 0) / (line * 2));
  return (
    <>
      <div className={classes["line"]} data-health={health} aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <Group justify="space-between" gap={4} wrap="nowrap">
        <StatusBadge tone={TONES[health]}>{t(`health.${health}`)}</StatusBadge>
        <Text size="xs" c="dimmed" className="tabular">
          {t("health.of", { rate: rate === null ? "—" : amountText(rate, i18n.language, "percent", "USD", 2), line: amountText(line, i18n.language, "percent", "USD", 1) })}
        </Text>
      </Group>
    </>
  );
}
