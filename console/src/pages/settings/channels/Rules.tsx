import { ActionIcon, Alert, Anchor, Button, Group, NumberInput, Select, Slider, Stack, Switch, Table, Text, TextInput } from "@mantine/core";
import { IconInfoCircle, IconPlus, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSaveSendingRules, useSendingRules, useTextHours, type SendingRules } from "@/api/channels";
import { EmptyState } from "@/kit/EmptyState";
import { useForm } from "@/kit/useForm";
import { Card, FormCard, Loaded } from "../Card";
import { MailCare } from "./MailCare";
import { Proof } from "./Proof";
import { QuietHours } from "./QuietHours";
import { SCOPES, bucketsOf, capsOf, quietOf, shareOf, type Cap } from "./rules";

/** What holds for all marketing: how often, when, and for whom not at all. */
export function Rules() {
  const rules = useSendingRules();
  return (
    <Loaded query={rules} height={420}>
      {(found) => (
        <div key={rules.dataUpdatedAt} style={{ display: "contents" }}>
          <Caps rules={found} />
          <QuietHours quiet={quietOf(found.quiet_hours)} rules={found} />
          <Regions />
          <Proof rules={found} />
          <ControlGroup rules={found} />
          <Priorities />
          <MailCare />
        </div>
      )}
    </Loaded>
  );
}

const PERIODS = ["day", "week", "month"] as const;

function Caps({ rules }: { rules: SendingRules }) {
  const { t } = useTranslation("channels");
  const save = useSaveSendingRules();
  const form = useForm({ caps: capsOf(rules.caps) }, ({ caps }) => save.mutateAsync({ ...rules, caps: caps as unknown as SendingRules["caps"] }));
  const { caps } = form.values;
  const change = (at: number, some: Partial<Cap>): void => form.set("caps", caps.map((one, index) => (index === at ? { ...one, ...some } : one)));
  return (
    <FormCard form={form} right="administer" title={t("caps.title")} text={t("caps.text")} note={t("soon")}>
      <Stack gap="xs">
        {caps.length === 0 && <EmptyState compact art="signal" title={t("caps.empty")} text={t("caps.empty_text")} />}
        {caps.map((cap, at) => (
          <Group key={at} gap="xs" align="flex-end" role="group" aria-label={t("caps.one", { number: at + 1 })}>
            <NumberInput w={92} label={at === 0 ? t("caps.limit") : undefined} aria-label={t("caps.limit")} min={1} max={16} value={cap.limit} onChange={(limit) => typeof limit === "number" && change(at, { limit })} />
            <Select w={210} label={at === 0 ? t("caps.channel") : undefined} aria-label={t("caps.channel")} allowDeselect={false} data={SCOPES.map((value) => ({ value, label: t(`name.${value}`) }))} value={cap.channel} onChange={(channel) => change(at, { channel: (channel ?? "all") })} />
            <Select w={130} label={at === 0 ? t("caps.per") : undefined} aria-label={t("caps.per")} allowDeselect={false} data={PERIODS.map((value) => ({ value, label: t(`caps.${value}`) }))} value={cap.per} onChange={(per) => change(at, { per: (per ?? "week") })} />
            <TextInput flex={1} miw={140} label={at === 0 ? t("caps.tag") : undefined} aria-label={t("caps.tag")} placeholder={t("caps.tag_all")} maxLength={60} value={cap.tag} onChange={(event) => change(at, { tag: event.currentTarget.value })} />
            <ActionIcon size={36} aria-label={t("caps.remove", { number: at + 1 })} onClick={() => form.set("caps", caps.filter((_, index) => index !== at))}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {form.problem("caps") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("caps")}
          </Text>
        )}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} disabled={caps.length >= 20} onClick={() => form.set("caps", [...caps, { channel: "all", limit: 3, per: "week", tag: "" }])}>
          {t("caps.add")}
        </Button>
        <Text size="xs" c="dimmed" maw={640}>
          {t("caps.note")}
        </Text>
      </Stack>
    </FormCard>
  );
}

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Hours of texts that hold by law; nobody switches them on or off. */
function Regions() {
  const { t, i18n } = useTranslation("channels");
  const hours = useTextHours();
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeZone: "UTC" });
  const names = new Intl.DisplayNames([i18n.language], { type: "region" });
  return (
    <Loaded query={hours} height={280}>
      {({ version, regions }) => (
        <Card title={t("regions.title")} text={t("regions.text")} foot={<Text size="xs" c="dimmed" mr="auto">{t("regions.version", { date: date.format(new Date(version)) })}</Text>}>
          <Table.ScrollContainer minWidth={620}>
            <Table aria-label={t("regions.title")} verticalSpacing={8}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("regions.region")}</Table.Th>
                  <Table.Th>{t("regions.hours")}</Table.Th>
                  <Table.Th>{t("regions.source")}</Table.Th>
                  <Table.Th>{t("regions.since")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {regions.map((region) => (
                  <Table.Tr key={region.code}>
                    <Table.Td>
                      <Text size="sm" fw={550}>
                        {region.code === "*" ? t("regions.else") : region.code}
                      </Text>
                      {region.code !== "*" && (
                        <Text size="xs" c="dimmed">
                          {names.of(region.code.slice(0, 2))}
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td>
                      {spans(region.hours).map(({ first, last, from, to }) => (
                        <Text key={first} size="sm" className="tabular" style={{ whiteSpace: "nowrap" }}>
                          {first === last ? t(`day.${WEEK[first] ?? "mon"}`) : first === 0 && last === 6 ? t("regions.daily") : `${t(`day.${WEEK[first] ?? "mon"}`)} – ${t(`day.${WEEK[last] ?? "sun"}`)}`} {from}–{to}
                        </Text>
                      ))}
                    </Table.Td>
                    <Table.Td fz="sm">{region.source}</Table.Td>
                    <Table.Td fz="sm" style={{ whiteSpace: "nowrap" }}>
                      {date.format(new Date(region.since))}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
    </Loaded>
  );
}

/** Days in a row with the same hours, together. */
function spans(week: readonly (readonly string[])[]): { first: number; last: number; from: string; to: string }[] {
  const found: { first: number; last: number; from: string; to: string }[] = [];
  week.forEach(([from = "", to = ""], day) => {
    const before = found.at(-1);
    if (before?.from === from && before.to === to) before.last = day;
    else found.push({ first: day, last: day, from, to });
  });
  return found;
}

function ControlGroup({ rules }: { rules: SendingRules }) {
  const { t, i18n } = useTranslation("channels");
  const save = useSaveSendingRules();
  const form = useForm({ percent: shareOf(rules.control_group) }, ({ percent }) => save.mutateAsync({ ...rules, control_group: bucketsOf(percent) }));
  const { percent } = form.values;
  const on = percent > 0;
  const shown = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 1 }).format(percent / 100);
  return (
    <FormCard form={form} right="administer" title={t("control.title")} text={t("control.text")} note={t("soon")}>
      <Stack>
        <Switch label={t("control.on")} checked={on} onChange={(event) => form.set("percent", event.currentTarget.checked ? 5 : 0)} />
        {on && (
          <Group align="center" gap="lg">
            <Slider flex={1} miw={200} maw={420} min={0.5} max={30} step={0.5} label={null} thumbLabel={t("control.share")} value={percent} onChange={(value) => form.set("percent", value)} />
            <Text size="sm" fw={600} className="tabular" role="status">
              {t("control.said", { share: shown })}
            </Text>
          </Group>
        )}
        {on && (
          <Alert variant="light" color="brand" icon={<IconInfoCircle size={18} />} p="sm">
            {t("control.note")}
          </Alert>
        )}
      </Stack>
    </FormCard>
  );
}

function Priorities() {
  const { t } = useTranslation("channels");
  return (
    <Card title={t("priority.title")} text={t("priority.text")}>
      <Stack gap={6} component="ol" m={0} pl={20}>
        {(["five", "three", "one"] as const).map((which) => (
          <Text key={which} component="li" size="sm">
            {t(`priority.${which}`)}
          </Text>
        ))}
      </Stack>
      <Text size="sm" mt="sm">
        {t("priority.topics")}{" "}
        <Anchor component={Link} to="/settings/preferences" size="sm" underline="always">
          {t("priority.topics_link")}
        </Anchor>
      </Text>
    </Card>
  );
}
