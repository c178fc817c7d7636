import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { Anchor, Group, SegmentedControl, Select, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAccounts, useEngagement, useHashtags, usePosted, type Engagement, type Posted } from "@/api/social";
import { Amount, amountText } from "@/kit/Amount";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { Card, Loaded } from "@/pages/settings/Card";
import { accountChoices, NETWORK_CHOICES, NetworkIcon, networkLabel } from "../networks";
import classes from "../Social.module.css";

const DAYS = ["7", "30", "90"] as const;
const TILES = ["posts", "impressions", "engagement", "likes", "comments", "shares", "clicks"] as const;

/** What became of posts, as the networks tell it. */
export function EngagementTab() {
  const { t } = useTranslation("social");
  const [url, set] = useUrlState({ days: "30", account: "", platform: "", sort: "at" });
  const days = DAYS.find((one) => one === url.days) ?? "30";
  const filters = { days: Number(days), account: url.account, platform: url.platform };
  const engagement = useEngagement(filters);
  const accounts = useAccounts();
  return (
    <Stack>
      <Group>
        <SegmentedControl aria-label={t("engagement.days")} value={days} onChange={(value) => set({ days: value })} data={DAYS.map((value) => ({ value, label: t("engagement.last", { count: Number(value) }) }))} />
        <Select w={170} aria-label={t("network")} placeholder={t("network")} data={NETWORK_CHOICES} value={url.platform || null} onChange={(platform) => set({ platform: platform ?? "" })} clearable />
        <Select w={200} aria-label={t("account")} placeholder={t("account")} data={accountChoices(accounts.data)} value={url.account || null} onChange={(account) => set({ account: account ?? "" })} clearable />
      </Group>
      <Loaded query={engagement} height={300}>
        {(found) => <Figures found={found} />}
      </Loaded>
      <Posts filters={filters} sort={url.sort} onSort={(sort) => set({ sort })} />
      {(accounts.data?.length ?? 0) > 0 && <Hashtags account={url.account || (accounts.data?.[0]?.id ?? "")} name={accounts.data?.find((one) => one.id === (url.account || accounts.data[0]?.id))?.name ?? ""} />}
    </Stack>
  );
}

function Figures({ found }: { found: Engagement }) {
  const { t, i18n } = useTranslation("social");
  const format = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" });
  const data = found.days.map(({ day, counts }) => ({ day: format.format(new Date(day)), engagement: counts.engagement, posts: counts.posts }));
  return (
    <>
      <div className={classes["tiles"]}>
        {TILES.map((name) => (
          <div key={name} className={classes["tile"]}>
            <Text size="sm" c="dimmed">
              {t(`counts.${name}`)}
            </Text>
            <Amount value={found.totals[name]} as="short" fz={24} fw={650} />
          </div>
        ))}
      </div>
      {found.totals.engagement > 0 && (
        <Card level={2} title={t("engagement.by_day")} text={t("engagement.by_day_text")}>
          <div aria-hidden>
            <BarChart
              h={220}
              data={data}
              dataKey="day"
              series={[{ name: "engagement", color: "brand.5", label: t("counts.engagement") }]}
              gridAxis="x"
              tickLine="none"
              valueFormatter={(value) => amountText(value, i18n.language)}
              yAxisProps={{ width: 44, allowDecimals: false, tickFormatter: (value: number) => amountText(value, i18n.language, "short") }}
              barChartProps={{ accessibilityLayer: false }}
            />
          </div>
          <table className="unseen">
            <caption>{t("engagement.by_day")}</caption>
            <tbody>
              {data.map((one) => (
                <tr key={one.day}>
                  <th scope="row">{one.day}</th>
                  <td>{one.engagement}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      )}
      {found.platforms.length > 1 && (
        <Card level={2} title={t("engagement.by_network")}>
          <Table.ScrollContainer minWidth={480}>
            <Table aria-label={t("engagement.by_network")}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("network")}</Table.Th>
                  {TILES.map((name) => (
                    <Table.Th key={name} ta="right">
                      {t(`counts.${name}`)}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.platforms.map(({ name, counts }) => (
                  <Table.Tr key={name}>
                    <Table.Td>{networkLabel(name)}</Table.Td>
                    {TILES.map((one) => (
                      <Table.Td key={one} ta="right">
                        <Amount value={counts[one]} />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
    </>
  );
}

function Posts({ filters, sort, onSort }: { filters: { days: number; account: string; platform: string }; sort: string; onSort: (sort: string) => void }) {
  const { t } = useTranslation("social");
  const list = usePosted({ ...filters, sort });
  const number = (name: string) => (row: Posted) => <Amount value={row.counts[name]} />;
  const columns: Column<Posted>[] = [
    {
      key: "text",
      title: t("posts.text"),
      cell: (row) => (
        <Group gap={10} wrap="nowrap" align="flex-start">
          <NetworkIcon platform={row.platform} />
          {row.url !== "" && !row.gone ? (
            <Anchor href={row.url} target="_blank" rel="noreferrer" size="sm" c="inherit" lineClamp={2} maw={380}>
              {row.text || t("posts.no_text")}
            </Anchor>
          ) : (
            <Text size="sm" lineClamp={2} maw={380} td={row.gone ? "line-through" : undefined}>
              {row.text || t("posts.no_text")}
            </Text>
          )}
        </Group>
      ),
    },
    { key: "engagement", title: t("counts.engagement"), sort: "engagement", align: "right", cell: (row) => <Amount value={row.engagement} fw={600} /> },
    { key: "impressions", title: t("counts.impressions"), align: "right", wideOnly: true, cell: number("impressions") },
    { key: "likes", title: t("counts.likes"), align: "right", wideOnly: true, cell: number("likes") },
    { key: "comments", title: t("counts.comments"), align: "right", wideOnly: true, cell: number("comments") },
    { key: "shares", title: t("counts.shares"), align: "right", wideOnly: true, cell: number("shares") },
    { key: "at", title: t("engagement.posted"), sort: "at", cell: (row) => <When at={row.at} /> },
  ];
  return (
    <DataTable
      label={t("engagement.posts")}
      columns={columns}
      list={list}
      rowKey={(row) => row.id}
      sorting={{ by: sort, order: "desc" }}
      onSort={({ by }) => onSort(by)}
      empty={<EmptyState art="signal" title={t("engagement.empty.title")} text={t("engagement.empty.text")} />}
    />
  );
}

/** What the hashtags of an account were worth. */
function Hashtags({ account, name }: { account: string; name: string }) {
  const { t, i18n } = useTranslation("social");
  const tags = useHashtags(account);
  const times = (value: number): string => `${amountText(value, i18n.language, "number", "", 2)}×`;
  return (
    <Card level={2} title={t("hashtags.title", { name })} text={t("hashtags.text")}>
      <Loaded query={tags} height={120}>
        {(found) =>
          found.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("hashtags.none")}
            </Text>
          ) : (
            <Table.ScrollContainer minWidth={420}>
              <Table aria-label={t("hashtags.title", { name })}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("hashtags.tag")}</Table.Th>
                    <Table.Th ta="right">{t("counts.posts")}</Table.Th>
                    <Table.Th ta="right">{t("hashtags.lift")}</Table.Th>
                    <Table.Th ta="right">{t("hashtags.range")}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {found.slice(0, 15).map((one) => (
                    <Table.Tr key={one.tag}>
                      <Table.Td>#{one.tag}</Table.Td>
                      <Table.Td ta="right">
                        <Amount value={one.posts} />
                      </Table.Td>
                      <Table.Td ta="right" fw={600}>
                        {times(one.lift)}
                      </Table.Td>
                      <Table.Td ta="right">
                        {times(one.low)} – {times(one.high)}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
    </Card>
  );
}
