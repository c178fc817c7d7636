import "@mantine/charts/styles.css";
import { CompositeChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import type { Point } from "./growth";

/** Size as a line, entries and exits as bars; days as the server counts them (UTC). */
export function GrowthChart({ points }: { points: readonly Point[] }) {
  const { t, i18n } = useTranslation("segments");
  const format = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" });
  const data = points.map((point) => ({ day: format.format(new Date(point.day)), size: point.size, entered: point.entered, left: -point.left }));
  const [first, last] = [points[0], points.at(-1)];
  return (
    <figure style={{ margin: 0 }} aria-label={t("growth.summary", { from: first?.size ?? 0, to: last?.size ?? 0 })}>
      <CompositeChart
        h={260}
        data={data}
        dataKey="day"
        series={[
          { name: "entered", type: "bar", color: "teal.6", label: t("growth.entered") },
          { name: "left", type: "bar", color: "red.5", label: t("growth.left") },
          { name: "size", type: "area", color: "brand.5", label: t("growth.size") },
        ]}
        curveType="monotone"
        withDots={false}
        withLegend
        legendProps={{ height: 28 }}
        gridAxis="x"
        tickLine="none"
        yAxisProps={{ width: 44, allowDecimals: false }}
        xAxisProps={{ minTickGap: 40 }}
        areaProps={{ fillOpacity: 0.12 }}
        maxBarWidth={14}
        composedChartProps={{ accessibilityLayer: false, stackOffset: "sign" }}
      />
    </figure>
  );
}
