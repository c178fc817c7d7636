import "@mantine/charts/styles.css";
import { AreaChart } from "@mantine/charts";
import { ColorSwatch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { amountText } from "@/kit/Amount";
import type { SeriesPoint } from "./data";
import classes from "./Live.module.css";

const KINDS = [
  { name: "enrolled", color: "teal.6" },
  { name: "sent", color: "brand.5" },
  { name: "failed", color: "red.6" },
] as const;

/** Contacts and messages over time; hours in the reader's zone, days as the server counts them (UTC). */
export function Throughput({ points, by }: { points: readonly SeriesPoint[]; by: "hour" | "day" }) {
  const { t, i18n } = useTranslation("live");
  const format = new Intl.DateTimeFormat(i18n.language, by === "hour" ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", timeZone: "UTC" });
  const data = points.map((point) => ({ at: format.format(new Date(point.at)), enrolled: point.enrolled, sent: point.sent, failed: point.failed }));
  const short = (value: number): string => amountText(value, i18n.language, "short");
  const sum = (kind: "enrolled" | "sent" | "failed"): number => points.reduce((all, point) => all + point[kind], 0);
  return (
    <figure style={{ margin: 0 }} aria-label={t("chart", { enrolled: sum("enrolled"), sent: sum("sent"), failed: sum("failed") })}>
      <AreaChart
        h={150}
        data={data}
        dataKey="at"
        series={KINDS.map(({ name, color }) => ({ name, color, label: t(`series.${name}`) }))}
        curveType="monotone"
        withDots={false}
        gridAxis="y"
        tickLine="none"
        yAxisProps={{ width: 34, allowDecimals: false }}
        xAxisProps={{ minTickGap: 40 }}
        fillOpacity={0.12}
        areaChartProps={{ accessibilityLayer: false }}
      />
      <div className={classes["keys"]}>
        {KINDS.map(({ name, color }) => (
          <span key={name} className={classes["key"]}>
            <ColorSwatch size={8} withShadow={false} color={`var(--mantine-color-${color.replace(".", "-")})`} />
            {t(`series.${name}`)} <b>{short(sum(name))}</b>
          </span>
        ))}
      </div>
    </figure>
  );
}
