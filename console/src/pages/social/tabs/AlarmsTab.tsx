import "@mantine/charts/styles.css";
import { CompositeChart } from "@mantine/charts";
import { Alert, Group, Select, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NOT_CONNECTED, useAccounts, useAlarms, useEndAlarm, usePulse, type Pulse } from "@/api/social";
import { Amount, amountText } from "@/kit/Amount";
import { Confirm } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { Card, Loaded } from "@/pages/settings/Card";
import { accountChoices } from "../networks";

const HOURS = ["24", "48", "168"] as const;

/** How the accounts are spoken of, hour by hour, and the alarms that came of it. */
export function AlarmsTab() {
  const { t } = useTranslation("social");
  const [url, set] = useUrlState({ account: "", hours: "48" });
  const accounts = useAccounts();
  const alarms = useAlarms();
  const loud = alarms.data?.find((one) => one.on);
  const choices = [...accountChoices(accounts.data), { value: NOT_CONNECTED, label: t("alarms.others") }];
  const first = loud ? loud.account || NOT_CONNECTED : choices[0]?.value;
  const account = url.account || (accounts.data && alarms.data ? (first ?? NOT_CONNECTED) : "");
  const hours = HOURS.find((one) => one === url.hours) ?? "48";
  const pulse = usePulse(account, Number(hours));
  return (
    <Stack>
      <Group>
        <Select w={240} aria-label={t("account")} data={choices} value={account || null} onChange={(value) => set({ account: value ?? "" })} allowDeselect={false} />
        <Select w={160} aria-label={t("alarms.hours")} data={HOURS.map((value) => ({ value, label: t(`alarms.last.${value}`) }))} value={hours} onChange={(value) => set({ hours: value ?? "48" })} allowDeselect={false} />
      </Group>
      <Loaded query={pulse} height={360}>
        {(found) => <Shown account={account} pulse={found} />}
      </Loaded>
    </Stack>
  );
}

function Shown({ account, pulse }: { account: string; pulse: Pulse }) {
  const { t } = useTranslation("social");
  const [ending, openEnd] = useState(false);
  const end = useEndAlarm();
  const heard = pulse.hours.some((one) => one.all > 0);
  return (
    <>
      {pulse.on && (
        <Alert color="red" variant="light" title={t("alarms.is_on")}>
          <Group justify="space-between">
            <Text size="sm">{t("alarms.ends_itself")}</Text>
            <MayButton right="publish" color="red" variant="default" onClick={() => openEnd(true)}>
              {t("alarms.end")}
            </MayButton>
          </Group>
        </Alert>
      )}
      <Card level={2} title={t("alarms.pulse")} text={t("alarms.pulse_text")}>
        {heard ? <Chart pulse={pulse} /> : <EmptyState compact art="signal" title={t("alarms.silent.title")} text={t("alarms.silent.text")} />}
      </Card>
      <Card level={2} title={t("alarms.history")} text={t("alarms.history_text")}>
        {pulse.history.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("alarms.none")}
          </Text>
        ) : (
          <History pulse={pulse} />
        )}
      </Card>
      <Confirm opened={ending} onClose={() => openEnd(false)} title={t("alarms.end_title")} action={t("alarms.end")} onConfirm={() => end.mutateAsync(account)}>
        {t("alarms.end_text")}
      </Confirm>
    </>
  );
}

function Chart({ pulse }: { pulse: Pulse }) {
  const { t, i18n } = useTranslation("social");
  const format = new Intl.DateTimeFormat(i18n.language, pulse.hours.length > 48 ? { day: "numeric", month: "short", hour: "numeric" } : { weekday: "short", hour: "numeric" });
  const worst = pulse.hours.reduce((most, one) => (one.bad > most.bad ? one : most), pulse.hours[0] ?? { at: "", all: 0, bad: 0, expected: 0 });
  const series = [
    { name: "all", color: "gray.4", label: t("alarms.series.all"), type: "bar" as const },
    { name: "bad", color: "red.6", label: t("alarms.series.bad"), type: "bar" as const },
    { name: "expected", color: "brand.5", label: t("alarms.series.expected"), type: "line" as const },
  ];
  return (
    <>
      <div aria-hidden>
        <CompositeChart
          h={280}
          data={pulse.hours.map((one) => ({ ...one, at: format.format(new Date(one.at)) }))}
          dataKey="at"
          series={series}
          withDots={false}
          withLegend
          legendProps={{ position: "bottom" }}
          gridAxis="x"
          tickLine="none"
          valueFormatter={(value) => amountText(value, i18n.language)}
          yAxisProps={{ width: 40, allowDecimals: false }}
          xAxisProps={{ minTickGap: 48 }}
          composedChartProps={{ accessibilityLayer: false }}
        />
      </div>
      <p className="unseen">{t("alarms.spoken", { all: pulse.hours.reduce((sum, one) => sum + one.all, 0), bad: pulse.hours.reduce((sum, one) => sum + one.bad, 0), worst: worst.bad, at: worst.at && format.format(new Date(worst.at)) })}</p>
    </>
  );
}

function History({ pulse }: { pulse: Pulse }) {
  const { t } = useTranslation("social");
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label={t("alarms.history")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("alarms.began")}</Table.Th>
            <Table.Th ta="right">{t("alarms.bad")}</Table.Th>
            <Table.Th ta="right">{t("alarms.expected")}</Table.Th>
            <Table.Th>{t("alarms.ended")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pulse.history.map((one) => (
            <Table.Tr key={one.began}>
              <Table.Td>
                <When at={one.began} form="time" />
              </Table.Td>
              <Table.Td ta="right">
                <Amount value={one.bad} /> / <Amount value={one.all} />
              </Table.Td>
              <Table.Td ta="right">
                <Amount value={one.expected} digits={1} />
              </Table.Td>
              <Table.Td>
                {one.ended === null ? (
                  <StatusBadge tone="bad" pulse>
                    {t("alarms.still_on")}
                  </StatusBadge>
                ) : (
                  <>
                    <When at={one.ended} form="time" /> {one.ended_by === "" ? t("alarms.by_itself") : one.ended_by}
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
