import { Alert, Anchor, Code, MultiSelect, Stack, Table, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTextLength } from "@/api/channels";
import { amountText } from "@/kit/Amount";
import { StatusBadge } from "@/kit/StatusBadge";
import classes from "./TextPreview.module.css";

const COUNTRIES = ["US", "CA", "GB", "DE", "AT", "CH", "FR", "ES", "IT", "NL", "BE", "PL", "SE", "AU", "BR", "IN", "MX", "ZA"] as const;

/** A text message as the phone shows it, with its segments and what it costs where. */
export function TextPreview({ text, purpose, compact = false }: { text: string; purpose: "marketing" | "transactional"; /** In a narrow panel: the bubble without the phone around it. */ compact?: boolean }) {
  const { t, i18n } = useTranslation("templates");
  const [countries, setCountries] = useState<string[]>(() => ["US", "DE"]);
  const [settled] = useDebouncedValue(text, 300);
  const { data } = useTextLength(settled, countries, purpose);
  const names = new Intl.DisplayNames(i18n.language, { type: "region" });
  const rows = data?.countries ?? [];
  return (
    <>
      <div className={classes["phone"]} data-compact={compact}>
        <div className={classes["bubble"]}>{text === "" ? t("sms.empty") : data !== undefined && settled === text ? data.sent : text}</div>
      </div>
      {data === undefined ? null : (
        <Stack gap="sm" w="100%" maw={560}>
          <div className={classes["count"]} role="status">
            <b className="tabular">{t("sms.segments", { count: data.segments })}</b>
            <StatusBadge tone={data.encoding === "GSM-7" ? "good" : "warn"}>{data.encoding}</StatusBadge>
            <Text size="xs" c="dimmed" className="tabular">
              {t("sms.left", { units: data.units, left: data.left })}
            </Text>
          </div>
          {data.too_long ? <Alert color="red" variant="light" py={8}>{t("sms.too_long")}</Alert> : null}
          {purpose === "marketing" && !data.names_way_out ? <Text size="xs" c="dimmed">{t("sms.footer")}</Text> : null}
          {data.costly.length > 0 ? (
            <Alert color="orange" variant="light" py={8}>
              {t("sms.costly")}{" "}
              {data.costly.slice(0, 6).map((one) => (
                <span key={one.character}>
                  <Code>{one.character}</Code>
                  {one.instead === null ? " " : ` → ${one.instead} `}
                </span>
              ))}
              {data.plain_segments !== null && data.plain_segments < data.segments ? t("sms.plain", { count: data.plain_segments }) : ""}
            </Alert>
          ) : null}
          {data.parts.length > 1 ? (
            <ol className={classes["parts"]} aria-label={t("sms.parts")}>
              {data.parts.map((part, place) => (
                <li key={place}>{part}</li>
              ))}
            </ol>
          ) : null}
          <MultiSelect size="xs" label={t("sms.countries")} searchable maxValues={6} value={countries} data={COUNTRIES.map((value) => ({ value, label: names.of(value) ?? value }))} onChange={setCountries} />
          {rows.length > 0 ? (
            <Table fz="xs" verticalSpacing={6} className={classes["table"] ?? ""} aria-label={t("sms.countries")}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("sms.country")}</Table.Th>
                  <Table.Th>{t("sms.sender")}</Table.Th>
                  <Table.Th ta="right">{t("sms.cost")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((one) => (
                  <Table.Tr key={one.country}>
                    <Table.Td>{names.of(one.country)}</Table.Td>
                    <Table.Td>{one.refused !== null ? <Text span inherit c="var(--bad)">{t(`sms.refused.${one.refused}` as "sms.refused.no_sender")}</Text> : (one.sender ?? t("sms.provider"))}</Table.Td>
                    <Table.Td ta="right">{one.cost === null ? "—" : amountText(Number(one.cost), i18n.language, "money", one.currency ?? "USD")}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          ) : null}
          {rows.some((one) => one.cost === null) ? (
            <Text size="xs" c="dimmed">
              {t("sms.no_prices")}{" "}
              <Anchor component={Link} to="/settings/texts" size="xs" underline="always">
                {t("sms.to_settings")}
              </Anchor>
            </Text>
          ) : null}
        </Stack>
      )}
    </>
  );
}
