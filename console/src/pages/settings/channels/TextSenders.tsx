import { ActionIcon, Alert, Badge, Button, Checkbox, Group, MultiSelect, Stack, Table, TagsInput, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { STREAMS, useSaveChannel, useTextSenders, type Channel } from "@/api/channels";
import { EmptyState } from "@/kit/EmptyState";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { useForm } from "@/kit/useForm";
import { useMay } from "@/session/me";
import { Card, FormCard, Loaded } from "../Card";
import classes from "./Channels.module.css";
import { senderKind, sendersOf, type Sender } from "./smsSettings";

/** What texts are sent from, by country and stream. */
export function TextSendersCard({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("sms");
  const form = useForm({ senders: sendersOf(channel.settings) }, (values) => save.mutateAsync({ settings: { ...channel.settings, ...values }, rev: channel.rev }));
  const { senders } = form.values;
  const change = (at: number, some: Partial<Sender>): void => form.set("senders", senders.map((one, index) => (index === at ? { ...one, ...some } : one)));
  return (
    <FormCard form={form} right="administer" title={t("senders.title")} text={t("senders.text")}>
      <Stack gap="sm">
        {senders.length === 0 && <EmptyState compact art="signal" title={t("senders.empty")} text={t("senders.empty_text")} />}
        {senders.map((one, at) => (
          <fieldset key={at} className={classes["box"]}>
            <legend className="unseen">{one.value || t("senders.new")}</legend>
            <Group align="flex-end" gap="sm">
              <TextInput w={200} label={t("senders.value")} placeholder={t("senders.example")} value={one.value} onChange={(event) => change(at, { value: event.currentTarget.value })} />
              <TagsInput flex={1} miw={160} label={t("senders.countries")} placeholder={one.countries.length === 0 ? t("senders.everywhere") : ""} value={one.countries} onChange={(list) => change(at, { countries: list.map((code) => code.toUpperCase()) })} />
              <MultiSelect flex={1} miw={160} label={t("senders.streams")} placeholder={one.streams.length === 0 ? t("senders.both") : ""} data={STREAMS.map((value) => ({ value, label: t(`streams.${value}`) }))} value={one.streams} onChange={(streams) => change(at, { streams })} />
              <ActionIcon size={36} aria-label={t("senders.remove", { value: one.value })} onClick={() => form.set("senders", senders.filter((_, index) => index !== at))}>
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
            <Group mt="sm" gap="lg">
              {one.value !== "" && (
                <Badge variant="default" tt="none">
                  {t(`senders.kind.${senderKind(one.value)}`)}
                </Badge>
              )}
              <Checkbox size="sm" label={t("senders.registered")} checked={one.registered} onChange={(event) => change(at, { registered: event.currentTarget.checked })} />
              <Checkbox size="sm" label={t("senders.two_way")} checked={one.two_way ?? senderKind(one.value) !== "name"} onChange={(event) => change(at, { two_way: event.currentTarget.checked })} />
            </Group>
          </fieldset>
        ))}
        {form.problem("senders") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("senders")}
          </Text>
        )}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => form.set("senders", [...senders, { value: "", countries: [], streams: [], two_way: null, registered: true }])}>
          {t("senders.add")}
        </Button>
      </Stack>
    </FormCard>
  );
}

const toneOf = (state: string): Tone => (state === "complete" || state === "active" ? "good" : /reject|denied|require|closed|delet/.test(state) ? "bad" : state === "" ? "quiet" : "warn");
const spoken = (word: string): string => word.replaceAll("_", " ");

/** What the account at AWS has, with the state of each registration. */
export function AccountSenders() {
  const { t } = useTranslation("channels");
  const may = useMay("administer");
  const found = useTextSenders(may);
  if (!may) return null;
  return (
    <Loaded query={found} height={200}>
      {({ senders, registrations }) => (
        <Card title={t("account.title")} text={t("account.text")}>
          {senders.length === 0 ? (
            <EmptyState compact art="signal" title={t("account.empty")} text={t("account.empty_text")} />
          ) : (
            <Table.ScrollContainer minWidth={620}>
              <Table aria-label={t("account.title")} verticalSpacing={8}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("account.sender")}</Table.Th>
                    <Table.Th>{t("account.kind")}</Table.Th>
                    <Table.Th>{t("account.state")}</Table.Th>
                    <Table.Th>{t("account.registration")}</Table.Th>
                    <Table.Th>{t("account.answers")}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {senders.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        <Text size="sm" ff="monospace">
                          {one.value}
                        </Text>
                        <Text size="xs" c="dimmed">
                          {[one.country, t(one.used ? "account.used" : "account.unused")].filter(Boolean).join(" · ")}
                        </Text>
                      </Table.Td>
                      <Table.Td fz="sm">{t(`senders.kind.${one.kind}`, { defaultValue: spoken(one.kind) })}</Table.Td>
                      <Table.Td>
                        <StatusBadge tone={toneOf(one.state)}>{spoken(one.state)}</StatusBadge>
                      </Table.Td>
                      <Table.Td>{one.registration === null ? <Text size="sm" c="dimmed">—</Text> : <StatusBadge tone={toneOf(one.registration.state)}>{spoken(one.registration.state)}</StatusBadge>}</Table.Td>
                      <Table.Td fz="sm">{t(one.two_way ? (one.self_managed_opt_outs ? "account.ours" : "account.theirs") : "account.none")}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          {registrations.length > 0 && (
            <Stack gap={6} mt="md">
              <Text size="sm" fw={600}>
                {t("account.registrations")}
              </Text>
              {registrations.map((one) => (
                <Group key={one.id} gap="xs">
                  <StatusBadge tone={toneOf(one.state)}>{spoken(one.state)}</StatusBadge>
                  <Text size="sm">{spoken(one.kind)}</Text>
                  <Text size="xs" c="dimmed" ff="monospace">
                    {one.id}
                  </Text>
                </Group>
              ))}
            </Stack>
          )}
          {senders.some((one) => one.two_way && !one.self_managed_opt_outs) && (
            <Alert variant="light" color="orange" mt="md" p="sm">
              {t("account.double")}
            </Alert>
          )}
        </Card>
      )}
    </Loaded>
  );
}
