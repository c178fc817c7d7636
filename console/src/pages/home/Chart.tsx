import "@mantine/charts/styles.css";
import { AreaChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import type { DayPoint } from "@/api/figures";
import { amountText } from "@/kit/Amount";

export const SHOWN = {
  messages: [
    { name: "sent", color: "brand.5" },
    { name: "opened", color: "blue.6" },
    { name: "clicked", color: "cyan.6" },
  ],
  results: [
    { name: "enrolled", color: "brand.5" },
    { name: "conversions", color: "teal.6" },
  ],
  trouble: [
    { name: "failed", color: "red.6" },
    { name: "bounced", color: "orange.6" },
    { name: "unsubscribed", color: "grape.6" },
    { name: "complained", color: "pink.6" },
  ],
} as const;

export interface ChartProps {
  days: readonly DayPoint[];
  view: keyof typeof SHOWN;
}

/** Days as areas; the same numbers are in a table for whoever cannot see them. */
export function Chart({ days, view }: ChartProps) {
  const { t, i18n } = useTranslation("home");
  const format = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" });
  const series = SHOWN[view].map(({ name, color }) => ({ name, color, label: t(`series.${name}`) }));
  const data = days.map((day) => ({ at: format.format(new Date(day.day)), ...Object.fromEntries(series.map(({ name }) => [name, day[name]])) }));
  return (
    <>
      <div aria-hidden>
        <AreaChart
          h={260}
          data={data}
          dataKey="at"
          series={series}
          curveType="monotone"
          withDots={false}
          withLegend
          legendProps={{ position: "bottom" }}
          gridAxis="x"
          tickLine="none"
          strokeWidth={2}
          fillOpacity={0.12}
          valueFormatter={(value) => amountText(value, i18n.language)}
          yAxisProps={{ width: 40, allowDecimals: false, tickFormatter: (value: number) => amountText(value, i18n.language, "short") }}
          xAxisProps={{ minTickGap: 48 }}
          areaChartProps={{ accessibilityLayer: false }}
        />
      </div>
      <table className="unseen">
        <caption>{t("chart.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("chart.day")}</th>
            {series.map((one) => (
              <th key={one.name} scope="col">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{format.format(new Date(day.day))}</th>
              {series.map(({ name }) => (
                <td key={name}>{day[name]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
