import { ActionIcon, Button, Group, NumberInput, SegmentedControl, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useChannel, useSaveChannel, type Channel } from "@/api/channels";
import { useForm } from "@/kit/useForm";
import { FormCard, Loaded } from "../Card";
import { TextCost } from "./TextCost";
import { AccountSenders, TextSendersCard } from "./TextSenders";
import { Keywords, OptIn } from "./TextWords";
import { pricesOf, pricesSent, type Prices } from "./smsSettings";

/** Everything of text messages but their providers. */
export function Texts() {
  const channel = useChannel("sms");
  return (
    <Loaded query={channel} height={520}>
      {(found) => (
        <>
          <TextCost />
          <div key={found.rev} style={{ display: "contents" }}>
            <TextSendersCard channel={found} />
            <AccountSenders />
            <Keywords channel={found} />
            <OptIn channel={found} />
            <Manner channel={found} />
            <PriceTable channel={found} />
          </div>
        </>
      )}
    </Loaded>
  );
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

/** Who sends, where to, how long, with which links. */
function Manner({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("sms");
  const told = channel.settings;
  const form = useForm(
    {
      brand: text(told["brand"]),
      contact: text(told["contact"]),
      footer: told["footer"] === "never" ? "never" : "always",
      countries: list(told["countries"]),
      max_segments: typeof told["max_segments"] === "number" ? told["max_segments"] : 6,
      max_price: typeof told["max_price"] === "number" ? told["max_price"] : null,
      plain_text: told["plain_text"] !== false,
      short_links: told["short_links"] !== false,
      short_domain: text(told["short_domain"]),
    },
    (values) => save.mutateAsync({ settings: { ...told, ...values }, rev: channel.rev }),
  );
  const { values, set, problem } = form;
  return (
    <FormCard form={form} right="administer" title={t("manner.title")} text={t("manner.text")}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t("manner.brand")} description={t("manner.brand_hint")} maxLength={40} value={values.brand} error={problem("brand")} onChange={(event) => set("brand", event.currentTarget.value)} />
          <TextInput label={t("manner.contact")} description={t("manner.contact_hint")} maxLength={100} value={values.contact} error={problem("contact")} onChange={(event) => set("contact", event.currentTarget.value)} />
          <NumberInput label={t("manner.max_segments")} description={t("manner.max_segments_hint")} min={1} max={10} value={values.max_segments} onChange={(value) => typeof value === "number" && set("max_segments", value)} />
          <NumberInput label={t("manner.max_price")} description={t("manner.max_price_hint")} min={0} max={99} step={0.01} decimalScale={4} value={values.max_price ?? ""} error={problem("max_price")} onChange={(value) => set("max_price", typeof value === "number" && value > 0 ? value : null)} />
        </SimpleGrid>
        <TagsInput label={t("manner.countries")} description={t("manner.countries_hint")} placeholder={values.countries.length === 0 ? t("senders.everywhere") : ""} value={values.countries} error={problem("countries")} onChange={(codes) => set("countries", codes.map((code) => code.toUpperCase()))} />
        <div>
          <Text size="sm" fw={600} mb={4}>
            {t("manner.footer")}
          </Text>
          <SegmentedControl aria-label={t("manner.footer")} value={values.footer} onChange={(value) => set("footer", value === "never" ? "never" : "always")} data={(["always", "never"] as const).map((value) => ({ value, label: t(`manner.${value}`) }))} />
        </div>
        <Switch label={t("manner.plain")} description={t("manner.plain_hint")} checked={values.plain_text} onChange={(event) => set("plain_text", event.currentTarget.checked)} />
        <Switch label={t("manner.short")} description={t("manner.short_hint")} checked={values.short_links} onChange={(event) => set("short_links", event.currentTarget.checked)} />
        {values.short_links && <TextInput label={t("manner.domain")} description={t("manner.domain_hint")} placeholder={t("manner.domain_example")} value={values.short_domain} error={problem("short_domain")} onChange={(event) => set("short_domain", event.currentTarget.value.trim().toLowerCase())} />}
      </Stack>
    </FormCard>
  );
}

/** What a segment costs where; nothing is shipped, for a wrong price is worse than none. */
function PriceTable({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("sms");
  const form = useForm({ prices: pricesOf(channel.settings) }, ({ prices }) =>
    save.mutateAsync({ settings: { ...channel.settings, prices: pricesSent(prices, channel.settings["prices"], new Date().toISOString().slice(0, 10)) }, rev: channel.rev }),
  );
  const { prices } = form.values;
  const put = (some: Partial<Prices>): void => form.set("prices", { ...prices, ...some });
  const change = (at: number, some: Partial<Prices["segment"][number]>): void => put({ segment: prices.segment.map((one, index) => (index === at ? { ...one, ...some } : one)) });
  return (
    <FormCard form={form} right="administer" title={t("prices.title")} text={t("prices.text")}>
      <Stack gap="sm">
        <Group align="flex-end">
          <TextInput w={100} label={t("prices.currency")} maxLength={3} value={prices.currency} onChange={(event) => put({ currency: event.currentTarget.value.toUpperCase() })} />
          <TextInput w={170} type="date" label={t("prices.date")} value={prices.date} onChange={(event) => put({ date: event.currentTarget.value })} />
          <TextInput flex={1} miw={200} label={t("prices.source")} placeholder={t("prices.source_example")} value={prices.source} onChange={(event) => put({ source: event.currentTarget.value })} />
        </Group>
        {prices.segment.map((one, at) => (
          <Group key={at} gap="xs" align="flex-end" role="group" aria-label={t("prices.one", { number: at + 1 })}>
            <TextInput w={100} label={at === 0 ? t("prices.country") : undefined} aria-label={t("prices.country")} maxLength={2} value={one.country} onChange={(event) => change(at, { country: event.currentTarget.value.toUpperCase() })} />
            <TextInput w={140} inputMode="decimal" label={at === 0 ? t("prices.price") : undefined} aria-label={t("prices.price")} value={one.price} onChange={(event) => change(at, { price: event.currentTarget.value.replace(",", ".") })} />
            <ActionIcon size={36} aria-label={t("prices.remove", { country: one.country })} onClick={() => put({ segment: prices.segment.filter((_, index) => index !== at) })}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {form.problem("prices") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("prices")}
          </Text>
        )}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => put({ segment: [...prices.segment, { country: "", price: "" }] })}>
          {t("prices.add")}
        </Button>
      </Stack>
    </FormCard>
  );
}
