import { Alert, Group, List, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPause, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePauseMarketing, type Deliverability, type MailDays } from "@/api/channels";
import { Amount, amountText } from "@/kit/Amount";
import { Confirm } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { Card } from "@/pages/settings/Card";
import { brandOf, toneOf } from "./rates";

/** Whether marketing goes out, why not, and what to do about it. */
export function PauseState({ now }: { now: Deliverability }) {
  const { t, i18n } = useTranslation("channels");
  const turn = usePauseMarketing();
  const [asking, setAsking] = useState(false);
  const nameOf = (mailbox: string): string => brandOf(mailbox) ?? t(mailbox === "all" ? "rates.all" : "rates.other");
  const said = (one: Deliverability["alarms"][number]): string =>
    t(`pause.alarm.${one.kind}`, { mailbox: nameOf(one.mailbox), count: one.count, of: one.of, rate: amountText(one.rate, i18n.language, "percent", "USD", 2), limit: amountText(one.limit, i18n.language, "percent", "USD", 1) });
  const button = (
    <MayButton right="publish" size="xs" {...(now.paused ? { color: "teal.9" } : { variant: "default" })} onClick={() => setAsking(true)}>
      {t(now.paused ? "pause.resume" : "pause.pause")}
    </MayButton>
  );
  return (
    <>
      {now.paused ? (
        <Alert color="red" variant="light" icon={<IconPlayerPause size={20} />} title={t("pause.is_paused")}>
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{now.pause ? said(now.pause) : t("pause.by_hand")}</Text>
            {now.pause && (
              <Text size="xs" c="dimmed">
                {t("pause.since")} <When at={now.pause.at} />
              </Text>
            )}
            <List size="sm" type="ordered" spacing={2}>
              {(["find", "clean", "resume"] as const).map((step) => (
                <List.Item key={step}>{t(`pause.do.${step}`)}</List.Item>
              ))}
            </List>
            {button}
          </Stack>
        </Alert>
      ) : now.alarms.length > 0 ? (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle size={20} />} title={t("pause.alarms")}>
          <Stack gap="xs" align="flex-start">
            {now.alarms.map((one) => (
              <Text key={`${one.kind}${one.mailbox}`} size="sm">
                {said(one)}
              </Text>
            ))}
            <Text size="sm">{t("pause.advice")}</Text>
            {button}
          </Stack>
        </Alert>
      ) : (
        <Alert color="teal" variant="light" icon={<IconShieldCheck size={20} />} title={t("pause.fine")}>
          <Group justify="space-between" gap="sm">
            <Text size="sm" maw={640}>
              {t("pause.fine_text")}
            </Text>
            {button}
          </Group>
        </Alert>
      )}
      <Confirm opened={asking} onClose={() => setAsking(false)} danger={!now.paused} title={t(now.paused ? "pause.resume_title" : "pause.pause_title")} action={t(now.paused ? "pause.resume" : "pause.pause")} onConfirm={() => turn.mutateAsync(!now.paused)}>
        {t(now.paused ? "pause.resume_text" : "pause.pause_text")}
      </Confirm>
    </>
  );
}

/** The last week by mailbox provider. */
export function Week({ now, limits }: { now: Deliverability; limits: MailDays["limits"] }) {
  const { t } = useTranslation("channels");
  const nameOf = (mailbox: string): string => brandOf(mailbox) ?? t(mailbox === "all" ? "rates.all" : "rates.other");
  return (
    <Card level={2} title={t("week.title")} text={t("week.text", { delivered: limits.least_delivered, complaints: limits.least_complaints, sent: limits.least_sent, bounces: limits.least_bounces })}>
      <Table.ScrollContainer minWidth={680} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label={t("week.title")} verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("week.mailbox")}</Table.Th>
              {(["sent", "delivered", "soft", "bounced", "complained"] as const).map((name) => (
                <Table.Th key={name} ta="right">
                  {t(`week.${name}`)}
                </Table.Th>
              ))}
              <Table.Th ta="right">{t("week.bounce_rate")}</Table.Th>
              <Table.Th ta="right">{t("week.complaint_rate")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {now.mailboxes.map((one) => (
              <Table.Tr key={one.mailbox} fw={one.mailbox === "all" ? 600 : 400}>
                <Table.Td>{nameOf(one.mailbox)}</Table.Td>
                {[one.sent, one.delivered, one.bounced_soft, one.bounced, one.complained].map((value, at) => (
                  <Table.Td key={at} ta="right">
                    <Amount value={value} />
                  </Table.Td>
                ))}
                <Table.Td ta="right">
                  <StatusBadge tone={toneOf(one.bounce_rate, limits.bounce_alarm, Infinity, one.sent >= limits.least_sent)}>
                    <Amount value={one.bounce_rate} as="percent" digits={1} />
                  </StatusBadge>
                </Table.Td>
                <Table.Td ta="right">
                  <StatusBadge tone={toneOf(one.complaint_rate, limits.complaint_alarm, limits.complaint_limit, one.delivered >= limits.least_delivered)}>
                    <Amount value={one.complaint_rate} as="percent" digits={2} />
                  </StatusBadge>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt="sm">
        {t("week.postmaster")}
      </Text>
    </Card>
  );
}
