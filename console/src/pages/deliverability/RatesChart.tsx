import "@mantine/charts/styles.css";
import { LineChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import type { MailDays } from "@/api/channels";
import { amountText } from "@/kit/Amount";
import { brandOf, busiest, limitsOf, points, ticksOf, type Metric } from "./rates";

const COLOURS = ["brand.5", "teal.6", "orange.6", "cyan.6", "grape.6", "gray.6"];

/** A rate over time by mailbox provider with the limits drawn in; the same numbers are in a table. */
export function RatesChart({ told, metric }: { told: MailDays; metric: Metric }) {
  const { t, i18n } = useTranslation("channels");
  const date = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" });
  const mailboxes = busiest(told.days);
  const data = points(told.days, metric, mailboxes);
  const limits = limitsOf(told.limits, metric);
  const shown = (value: number): string => (metric === "volume" ? amountText(value, i18n.language, "short") : amountText(value / 100, i18n.language, "percent", "USD", metric === "complaints" ? 2 : 1));
  const nameOf = (mailbox: string): string => brandOf(mailbox) ?? t(mailbox === "all" ? "rates.all" : "rates.other");
  const highest = Math.max(...data.flatMap(({ values }) => Object.values(values).map((one) => one ?? 0)), ...limits.map(({ percent }) => percent));
  const ticks = metric === "volume" ? undefined : ticksOf(highest);
  return (
    <>
      <div aria-hidden>
        <LineChart
          h={280}
          data={data.map(({ day, values }) => ({ at: date.format(new Date(day)), ...values }))}
          dataKey="at"
          series={mailboxes.map((name, at) => ({ name, label: nameOf(name), color: COLOURS[at] ?? "gray.6" }))}
          referenceLines={limits.map(({ name, percent }) => ({ y: percent, color: name === "pause" ? "red.7" : "orange.7", label: `${t(`rates.line.${name}`)} ${shown(percent)}`, labelPosition: "insideTopLeft" }))}
          curveType="monotone"
          connectNulls
          withDots={told.days.length <= 31}
          dotProps={{ r: 2.5 }}
          withLegend
          legendProps={{ position: "bottom" }}
          gridAxis="x"
          tickLine="none"
          strokeWidth={2}
          valueFormatter={shown}
          yAxisProps={{ width: 56, tickFormatter: shown, allowDecimals: metric !== "volume", ...(ticks ? { ticks, domain: [0, ticks.at(-1) ?? 1] } : {}) }}
          xAxisProps={{ minTickGap: 44 }}
          lineChartProps={{ accessibilityLayer: false }}
        />
      </div>
      <table className="unseen">
        <caption>{t(`rates.metric.${metric}`)}</caption>
        <thead>
          <tr>
            <th scope="col">{t("rates.day")}</th>
            {mailboxes.map((name) => (
              <th key={name} scope="col">
                {nameOf(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.map(({ day, values }) => (
            <tr key={day}>
              <th scope="row">{date.format(new Date(day))}</th>
              {mailboxes.map((name) => (
                <td key={name}>{values[name] === null || values[name] === undefined ? "" : shown(values[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
