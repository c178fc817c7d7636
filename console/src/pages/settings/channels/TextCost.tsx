import { Alert, Button, Group, SegmentedControl, Stack, Table, TagsInput, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconTextSize } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTextLength, type StreamName, type TextLength } from "@/api/channels";
import { ErrorState } from "@/kit/ErrorState";
import { StatusBadge } from "@/kit/StatusBadge";
import { Card } from "../Card";
import classes from "./Channels.module.css";

const PAUSE_MS = 300;

/** How long a text is, what makes it dear, and what it costs where. */
export function TextCost() {
  const { t } = useTranslation("channels");
  const [text, setText] = useState(t("cost.sample"));
  const [countries, setCountries] = useState<string[]>(["US", "DE"]);
  const [purpose, setPurpose] = useState<StreamName>("marketing");
  const [asked] = useDebouncedValue(text, PAUSE_MS);
  const found = useTextLength(asked, countries.filter((one) => /^[A-Z]{2}$/.test(one)), purpose);
  return (
    <Card title={t("cost.title")} text={t("cost.text")}>
      <Stack>
        <Textarea label={t("cost.label")} autosize minRows={2} maxRows={8} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Group align="flex-end">
          <TagsInput flex={1} miw={220} label={t("cost.countries")} maxTags={20} value={countries} onChange={(list) => setCountries(list.map((one) => one.toUpperCase()))} />
          <SegmentedControl aria-label={t("cost.purpose")} value={purpose} onChange={(value) => setPurpose(value)} data={(["marketing", "transactional"] as const).map((value) => ({ value, label: t(`streams.${value}`) }))} />
        </Group>
        {found.error && <ErrorState compact error={found.error} />}
        {found.data && text !== "" && <Counted found={found.data} onText={setText} />}
      </Stack>
    </Card>
  );
}

export function Counted({ found, onText }: { found: TextLength; onText?: (text: string) => void }) {
  const { t, i18n } = useTranslation("channels");
  const names = new Intl.DisplayNames([i18n.language], { type: "region" });
  return (
    <Stack gap="sm">
      <Group gap="xs" role="status">
        <StatusBadge tone={found.encoding === "GSM-7" ? "good" : "warn"}>{found.encoding}</StatusBadge>
        <Text size="sm" fw={600} className="tabular">
          {t("cost.segments", { count: found.segments })}
        </Text>
        <Text size="sm" c="dimmed" className="tabular">
          {t("cost.left", { units: found.units, left: found.left })}
        </Text>
        {found.too_long && <StatusBadge tone="bad">{t("cost.too_long")}</StatusBadge>}
      </Group>
      {found.costly.length > 0 && (
        <Alert variant="light" color="orange" icon={<IconTextSize size={18} />} title={t("cost.costly")} p="sm">
          <Stack gap={6} align="flex-start">
            <Text size="sm">
              {found.costly
                .slice(0, 8)
                .map((one) => t(one.instead === null ? "cost.character" : "cost.character_instead", { character: one.character, name: one.name.toLowerCase(), times: one.times, instead: one.instead ?? "" }))
                .join(" · ")}
            </Text>
            {found.plain !== null && found.plain_segments !== null && (
              <Group gap="xs">
                <Text size="sm">{t("cost.plain", { count: found.plain_segments })}</Text>
                {onText && (
                  <Button size="compact-xs" variant="default" onClick={() => onText(found.plain ?? "")}>
                    {t("cost.use_plain")}
                  </Button>
                )}
              </Group>
            )}
          </Stack>
        </Alert>
      )}
      <div className={classes["parts"]} role="group" aria-label={t("cost.parts")}>
        {found.parts.map((part, at) => (
          <div key={at} className={classes["part"]}>
            {part}
          </div>
        ))}
      </div>
      {found.countries.length > 0 && (
        <Table.ScrollContainer minWidth={480}>
          <Table aria-label={t("cost.by_country")} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("cost.country")}</Table.Th>
                <Table.Th>{t("cost.cost")}</Table.Th>
                <Table.Th>{t("cost.sender")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.countries.map((one) => (
                <Table.Tr key={one.country}>
                  <Table.Td>{names.of(one.country) ?? one.country}</Table.Td>
                  <Table.Td>
                    {one.cost === null ? (
                      <Text size="sm" c="dimmed">
                        {t("cost.unknown")}
                      </Text>
                    ) : (
                      <Text size="sm" className="tabular" title={`${one.price_source ?? ""} ${one.price_date ?? ""}`.trim()}>
                        {new Intl.NumberFormat(i18n.language, { style: "currency", currency: one.currency ?? "USD", maximumFractionDigits: 4 }).format(Number(one.cost))}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {one.refused === null ? (
                      <Text size="sm">{one.sender ?? t("cost.provider_decides")}</Text>
                    ) : (
                      <StatusBadge tone="bad">{t(`cost.refused.${one.refused}`, { defaultValue: one.refused })}</StatusBadge>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
