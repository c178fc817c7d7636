import { ActionIcon, Alert, Button, Checkbox, ColorInput, Group, SegmentedControl, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CHANNELS, useCentre, useCentrePreview, useSaveCentre, type Centre } from "@/api/channels";
import { asApiError } from "@/api/error";
import { EmptyState } from "@/kit/EmptyState";
import { inScheme } from "@/pages/templates/editor/dark";
import { useForm, type Form } from "@/kit/useForm";
import { Card, FormCard, Loaded } from "../Card";
import classes from "./Channels.module.css";
import { moved } from "./schema";

type Topic = NonNullable<Centre["topics"]>[number];

/** The page on which contacts choose: what it offers, how it looks, beside the page itself. */
export function CentrePage() {
  const centre = useCentre();
  return <Loaded query={centre} height={520}>{(found) => <Editor key={found.rev} centre={found.centre} rev={found.rev} />}</Loaded>;
}

function Editor({ centre, rev }: { centre: Centre; rev: number }) {
  const { t } = useTranslation("channels");
  const save = useSaveCentre();
  const form = useForm(
    { channels: centre.channels ?? [...CHANNELS], topics: centre.topics ?? [], frequencies: centre.frequencies ?? [], accent: centre.accent ?? "#1f6f5c", accent_dark: centre.accent_dark ?? "#2f8f78", logo_url: centre.logo_url ?? "", data_requests: centre.data_requests !== false },
    (values) => save.mutateAsync({ centre: values, rev }),
    ({ topics }) => (topics.every((one) => /^[a-z][a-z0-9_]{0,39}$/.test(one.id) && (one.name.en ?? one.name.de ?? "").trim() !== "") ? {} : { topics: t("centre.topics_wrong") }),
  );
  return (
    <div className={classes["split"]}>
      <FormCard form={form} right="edit" title={t("centre.title")} text={t("centre.text")} note={t("soon")}>
        <Stack gap="lg">
          <Look form={form} />
          <Checkbox.Group label={t("centre.channels")} description={t("centre.channels_hint")} value={form.values.channels} onChange={(chosen) => form.set("channels", CHANNELS.filter((one) => chosen.includes(one)))}>
            <Group mt={8}>
              {CHANNELS.map((one) => (
                <Checkbox key={one} value={one} label={t(`name.${one}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          <Topics topics={form.values.topics} problem={form.problem("topics")} onChange={(topics) => form.set("topics", topics)} />
          <TagsInput label={t("centre.often")} description={t("centre.often_hint")} maxTags={6} value={form.values.frequencies} error={form.problem("frequencies")} onChange={(frequencies) => form.set("frequencies", frequencies)} />
          <Switch label={t("centre.requests")} description={t("centre.requests_hint")} checked={form.values.data_requests} onChange={(event) => form.set("data_requests", event.currentTarget.checked)} />
        </Stack>
      </FormCard>
      <Preview centre={form.values} />
    </div>
  );
}

interface Values {
  channels: NonNullable<Centre["channels"]>;
  topics: Topic[];
  frequencies: string[];
  accent: string;
  accent_dark: string;
  logo_url: string;
  data_requests: boolean;
}

function Look({ form }: { form: Form<Values> }) {
  const { t } = useTranslation("channels");
  return (
    <Stack gap="sm">
      <TextInput label={t("centre.logo")} description={t("centre.logo_hint")} placeholder={t("centre.logo_example")} value={form.values.logo_url} error={form.problem("logo_url")} onChange={(event) => form.set("logo_url", event.currentTarget.value)} />
      <Group gap="sm" align="flex-start">
        {(["accent", "accent_dark"] as const).map((name) => (
          <ColorInput key={name} flex={1} miw={160} format="hex" label={t(`centre.${name}`)} value={form.values[name]} error={form.problem(name)} eyeDropperButtonProps={{ "aria-label": t("centre.pick") }} onChange={(value) => form.set(name, value)} />
        ))}
      </Group>
    </Stack>
  );
}

function Topics({ topics, problem, onChange }: { topics: Topic[]; problem: string | undefined; onChange: (topics: Topic[]) => void }) {
  const { t } = useTranslation("channels");
  const change = (at: number, some: Partial<Topic>): void => onChange(topics.map((one, index) => (index === at ? { ...one, ...some } : one)));
  const words = (before: Topic["name"] | undefined, language: "en" | "de", text: string): Topic["name"] =>
    Object.fromEntries(Object.entries({ ...before, [language]: text }).filter(([, said]) => said !== ""));
  return (
    <Stack gap="sm" role="group" aria-label={t("centre.topics")}>
      <div>
        <Text size="sm" fw={600}>
          {t("centre.topics")}
        </Text>
        <Text size="xs" c="dimmed">
          {t("centre.topics_hint")}
        </Text>
      </div>
      {topics.length === 0 && <EmptyState compact art="pie" title={t("centre.no_topics")} text={t("centre.no_topics_text")} />}
      {topics.map((topic, at) => (
        <fieldset key={at} className={classes["box"]}>
          <legend className="unseen">{topic.id}</legend>
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput flex={1} label={t("centre.topic_id")} ff="monospace" value={topic.id} onChange={(event) => change(at, { id: event.currentTarget.value })} />
            <ActionIcon size={36} aria-label={t("centre.topic_up", { id: topic.id })} disabled={at === 0} onClick={() => onChange(moved(topics, at, -1))}>
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon size={36} aria-label={t("centre.topic_remove", { id: topic.id })} onClick={() => onChange(topics.filter((_, index) => index !== at))}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
          {(["en", "de"] as const).map((language) => (
            <Group key={language} gap="xs" mt="xs" grow>
              <TextInput size="xs" label={t(`centre.name_${language}`)} value={topic.name[language] ?? ""} onChange={(event) => change(at, { name: words(topic.name, language, event.currentTarget.value) })} />
              <TextInput size="xs" label={t(`centre.description_${language}`)} value={topic.description?.[language] ?? ""} onChange={(event) => change(at, { description: words(topic.description, language, event.currentTarget.value) })} />
            </Group>
          ))}
        </fieldset>
      ))}
      {problem && (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      )}
      <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} disabled={topics.length >= 30} onClick={() => onChange([...topics, { id: `topic_${topics.length + 1}`, name: {}, description: {} }])}>
        {t("centre.topic_add")}
      </Button>
    </Stack>
  );
}

const PAUSE_MS = 300;

/** The page as contacts see it, made by the server. */
function Preview({ centre }: { centre: Centre }) {
  const { t } = useTranslation("channels");
  const [settled] = useDebouncedValue(centre, PAUSE_MS);
  const [language, setLanguage] = useState<"en" | "de">("en");
  const [page, setPage] = useState<"choices" | "confirm">("choices");
  const [dark, setDark] = useState(false);
  const html = useCentrePreview(settled, language, page);
  return (
    <div className={classes["sticky"]}>
      <Card title={t("centre.preview")} text={t("centre.preview_text")}>
        <Group gap="sm" mb="sm">
          <SegmentedControl size="xs" aria-label={t("centre.page")} value={page} onChange={(value) => setPage(value === "confirm" ? "confirm" : "choices")} data={(["choices", "confirm"] as const).map((value) => ({ value, label: t(`centre.${value}`) }))} />
          <SegmentedControl size="xs" aria-label={t("centre.language")} value={language} onChange={(value) => setLanguage(value === "de" ? "de" : "en")} data={[{ value: "en", label: t("centre.en") }, { value: "de", label: t("centre.de") }]} />
          <Switch size="sm" label={t("centre.dark")} checked={dark} onChange={(event) => setDark(event.currentTarget.checked)} />
        </Group>
        {html.error && (
          <Alert color="orange" variant="light" mb="sm" role="status">
            {asApiError(html.error).message}
          </Alert>
        )}
        <iframe className={classes["page"]} title={t("centre.preview")} sandbox="" srcDoc={inScheme(html.data ?? "", dark)} />
      </Card>
    </div>
  );
}
