import { Card, Group, Text, Title, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useActiveHours, type ActiveHours as Hours, type Contact } from "@/api/contacts";
import { amountText } from "@/kit/Amount";
import classes from "./ActiveHours.module.css";

/** An hour of the day as clocks show it. */
export function hourText(hour: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" }).format(new Date(Date.UTC(2026, 0, 1, hour)));
}

/** When the contact is likeliest to be active; nothing while that is not known of this server. */
export function ActiveHours({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const found = useActiveHours(contact.id);
  if (!found.data) return null;
  return (
    <Card padding="md" component="section" aria-label={t("hours.title")}>
      <Title order={2} size="h5">
        {t("hours.title")}
      </Title>
      {found.data.best_hour === null ? (
        <Text size="sm" c="dimmed">
          {t("hours.none")}
        </Text>
      ) : (
        <Chart hours={found.data} best={found.data.best_hour} />
      )}
    </Card>
  );
}

function Chart({ hours, best }: { hours: Hours; best: number }) {
  const { t, i18n } = useTranslation("contacts");
  const most = Math.max(...hours.hours.map(({ share }) => share));
  const percent = (share: number): string => amountText(share, i18n.language, "percent");
  const said = (hour: number, share: number): string => t("hours.hour", { hour: hourText(hour, i18n.language), share: percent(share) });
  return (
    <>
      <Group gap="xs" mb="sm">
        <Text size="sm">{t("hours.best", { hour: hourText(best, i18n.language) })}</Text>
        <Text size="sm" c="dimmed">
          {hours.counted === 0 ? t("hours.group") : t("hours.own", { share: percent(hours.own_share) })}
        </Text>
      </Group>
      <div className={classes["chart"]} role="img" aria-label={`${t("hours.chart")}. ${said(best, hours.hours[best]?.share ?? 0)}`}>
        {hours.hours.map(({ hour, share }) => (
          <Tooltip key={hour} label={said(hour, share)}>
            <span className={classes["bar"]} data-best={hour === best || undefined} style={{ height: `${(share / most) * 100}%` }} />
          </Tooltip>
        ))}
      </div>
      <div className={classes["scale"]} aria-hidden>
        {[0, 6, 12, 18].map((hour) => (
          <Text key={hour} size="xs" c="dimmed">
            {hourText(hour, i18n.language)}
          </Text>
        ))}
      </div>
    </>
  );
}
