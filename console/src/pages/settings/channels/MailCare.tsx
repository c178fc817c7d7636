import { ActionIcon, Button, Group, NumberInput, SegmentedControl, Select, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { STREAMS, useChannel, useSaveChannel, type Channel, type StreamName } from "@/api/channels";
import { useForm } from "@/kit/useForm";
import { FormCard, Loaded } from "../Card";

interface Plan {
  stream: StreamName;
  starts: string;
  caps: number[];
}

const ADDRESS = /^[^@\s<>,;"]+@[^@\s<>,;]{3,}$/;
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const plansOf = (value: unknown): Plan[] => (Array.isArray(value) ? (value as Plan[]).map(({ stream, starts, caps }) => ({ stream, starts, caps: [...caps] })) : []);

/** What keeps mail welcome: warm-up, seeds, who hears of trouble. */
export function MailCare() {
  const channel = useChannel("email");
  return (
    <Loaded query={channel} height={320}>
      {(found) => (
        <div key={found.rev} style={{ display: "contents" }}>
          <WarmUp channel={found} />
          <Seeds channel={found} />
          <Watch channel={found} />
        </div>
      )}
    </Loaded>
  );
}

function WarmUp({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("email");
  const form = useForm({ warm_up: plansOf(channel.settings["warm_up"]) }, (values) => save.mutateAsync({ settings: { ...channel.settings, ...values }, rev: channel.rev }));
  const plans = form.values.warm_up;
  const change = (at: number, some: Partial<Plan>): void => form.set("warm_up", plans.map((one, index) => (index === at ? { ...one, ...some } : one)));
  const free = STREAMS.filter((stream) => !plans.some((one) => one.stream === stream));
  return (
    <FormCard form={form} right="administer" title={t("warm.title")} text={t("warm.text")}>
      <Stack>
        {plans.map((plan, at) => (
          <Stack key={plan.stream} gap="xs" role="group" aria-label={t(`streams.${plan.stream}`)}>
            <Group align="flex-end" gap="sm">
              <TextInput w={170} type="date" label={t("warm.starts", { stream: t(`streams.${plan.stream}`) })} value={plan.starts} onChange={(event) => change(at, { starts: event.currentTarget.value })} />
              <SegmentedControl
                aria-label={t("warm.plan")}
                value={plan.caps.length === 0 ? "usual" : "own"}
                onChange={(which) => change(at, { caps: which === "usual" ? [] : [50, 100, 500, 1000, 5000] })}
                data={(["usual", "own"] as const).map((value) => ({ value, label: t(`warm.${value}`) }))}
              />
              <ActionIcon size={36} aria-label={t("warm.remove", { stream: t(`streams.${plan.stream}`) })} onClick={() => form.set("warm_up", plans.filter((_, index) => index !== at))}>
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
            {plan.caps.length === 0 ? (
              <Text size="xs" c="dimmed">
                {t("warm.usual_text")}
              </Text>
            ) : (
              <Group gap="xs" align="flex-end">
                {plan.caps.map((cap, day) => (
                  <NumberInput key={day} w={104} size="xs" min={1} thousandSeparator hideControls label={t("warm.day", { number: day + 1 })} value={cap} onChange={(value) => typeof value === "number" && change(at, { caps: plan.caps.map((one, index) => (index === day ? value : one)) })} />
                ))}
                <Button size="xs" variant="default" disabled={plan.caps.length >= 90} onClick={() => change(at, { caps: [...plan.caps, (plan.caps.at(-1) ?? 50) * 2] })}>
                  {t("warm.more")}
                </Button>
                {plan.caps.length > 1 && (
                  <Button size="xs" variant="default" onClick={() => change(at, { caps: plan.caps.slice(0, -1) })}>
                    {t("warm.less")}
                  </Button>
                )}
              </Group>
            )}
          </Stack>
        ))}
        {form.problem("warm_up") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("warm_up")}
          </Text>
        )}
        {free.length > 0 && (
          <Select w={260} aria-label={t("warm.add")} placeholder={t("warm.add")} data={free.map((value) => ({ value, label: t(`streams.${value}`) }))} value={null} onChange={(stream) => stream && form.set("warm_up", [...plans, { stream: stream, starts: new Date().toISOString().slice(0, 10), caps: [] }])} />
        )}
      </Stack>
    </FormCard>
  );
}

function Seeds({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("email");
  const form = useForm(
    { seeds: list(channel.settings["seeds"]) },
    (values) => save.mutateAsync({ settings: { ...channel.settings, ...values }, rev: channel.rev }),
    ({ seeds }) => (seeds.every((one) => ADDRESS.test(one)) ? {} : { seeds: t("seeds.wrong", { one: seeds.find((one) => !ADDRESS.test(one)) ?? "" }) }),
  );
  return (
    <FormCard form={form} right="administer" title={t("seeds.title")} text={t("seeds.text")}>
      <TagsInput label={t("seeds.label")} description={t("seeds.hint")} placeholder={form.values.seeds.length === 0 ? t("seeds.example") : ""} splitChars={[",", " ", ";"]} maxTags={50} value={form.values.seeds} error={form.problem("seeds")} onChange={(seeds) => form.set("seeds", seeds)} />
    </FormCard>
  );
}

function Watch({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("email");
  const form = useForm(
    { watchers: list(channel.settings["watchers"]), pause: channel.settings["pause"] !== false },
    (values) => save.mutateAsync({ settings: { ...channel.settings, ...values }, rev: channel.rev }),
    ({ watchers }) => (watchers.every((one) => ADDRESS.test(one)) ? {} : { watchers: t("seeds.wrong", { one: watchers.find((one) => !ADDRESS.test(one)) ?? "" }) }),
  );
  return (
    <FormCard form={form} right="administer" title={t("watch.title")} text={t("watch.text")}>
      <Stack>
        <Switch label={t("watch.pause")} description={t("watch.pause_hint")} checked={form.values.pause} onChange={(event) => form.set("pause", event.currentTarget.checked)} />
        <TagsInput label={t("watch.label")} description={t("watch.hint")} placeholder={form.values.watchers.length === 0 ? t("watch.example") : ""} splitChars={[",", " ", ";"]} maxTags={10} value={form.values.watchers} error={form.problem("watchers")} onChange={(watchers) => form.set("watchers", watchers)} />
      </Stack>
    </FormCard>
  );
}
