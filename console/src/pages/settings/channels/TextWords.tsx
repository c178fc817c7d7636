import { ActionIcon, Button, Code, Group, SegmentedControl, SimpleGrid, Stack, Switch, Text, TextInput, Textarea } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSaveChannel, type Channel } from "@/api/channels";
import { EmptyState } from "@/kit/EmptyState";
import { useForm } from "@/kit/useForm";
import { FormCard } from "../Card";
import classes from "./Channels.module.css";
import { ANSWERS, keywordsOf, type Keyword } from "./smsSettings";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Words that people send, and what is answered. */
export function Keywords({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("sms");
  const own = (channel.settings["texts"] ?? {}) as Record<string, string>;
  const form = useForm({ answers: channel.settings["answers"] !== false, texts: own }, ({ answers, texts }) =>
    save.mutateAsync({ settings: { ...channel.settings, answers, texts: Object.fromEntries(Object.entries(texts).filter(([, said]) => said.trim() !== "")) }, rev: channel.rev }),
  );
  return (
    <FormCard form={form} right="administer" title={t("keywords.title")} text={t("keywords.text")}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {(["stop", "help", "start"] as const).map((which) => (
            <div key={which}>
              <Group gap={4} mb={4}>
                {t(`keywords.words.${which}`)
                  .split(" ")
                  .map((word) => (
                    <Code key={word}>{word}</Code>
                  ))}
              </Group>
              <Text size="xs" c="dimmed">
                {t(`keywords.does.${which}`)}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        <Switch label={t("keywords.answers")} description={t("keywords.answers_hint")} checked={form.values.answers} onChange={(event) => form.set("answers", event.currentTarget.checked)} />
        {form.values.answers &&
          ANSWERS.map((kind) => (
            <Textarea key={kind} autosize minRows={1} maxRows={4} maxLength={480} label={t(`keywords.own.${kind}`)} placeholder={t(`keywords.usual.${kind}`)} value={form.values.texts[kind] ?? ""} onChange={(event) => form.set("texts", { ...form.values.texts, [kind]: event.currentTarget.value })} />
          ))}
        {form.problem("texts") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("texts")}
          </Text>
        )}
      </Stack>
    </FormCard>
  );
}

/** How people sign up by text, and what is kept as proof. */
export function OptIn({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const save = useSaveChannel("sms");
  const form = useForm({ wording: text(channel.settings["wording"]), double_opt_in: channel.settings["double_opt_in"] === true, opt_in_keywords: keywordsOf(channel.settings) }, (values) =>
    save.mutateAsync({ settings: { ...channel.settings, ...values }, rev: channel.rev }),
  );
  const words = form.values.opt_in_keywords;
  const change = (at: number, some: Partial<Keyword>): void => form.set("opt_in_keywords", words.map((one, index) => (index === at ? { ...one, ...some } : one)));
  return (
    <FormCard form={form} right="administer" title={t("opt_in.title")} text={t("opt_in.text")}>
      <Stack>
        <Switch label={t("opt_in.double")} description={t("opt_in.double_hint")} checked={form.values.double_opt_in} onChange={(event) => form.set("double_opt_in", event.currentTarget.checked)} />
        <Textarea autosize minRows={1} maxRows={4} maxLength={1000} label={t("opt_in.wording")} description={t("opt_in.wording_hint")} placeholder={t("opt_in.wording_example")} value={form.values.wording} error={form.problem("wording")} onChange={(event) => form.set("wording", event.currentTarget.value)} />
        {words.length === 0 && <EmptyState compact art="people" title={t("opt_in.empty")} text={t("opt_in.empty_text")} />}
        {words.map((one, at) => (
          <fieldset key={at} className={classes["box"]}>
            <legend className="unseen">{one.word || t("opt_in.new")}</legend>
            <Group align="flex-end" gap="sm" wrap="nowrap">
              <TextInput w={130} label={t("opt_in.word")} placeholder={t("opt_in.word_example")} maxLength={30} value={one.word} onChange={(event) => change(at, { word: event.currentTarget.value.toUpperCase() })} />
              <TextInput flex={1} label={t("opt_in.beside")} placeholder={t("opt_in.beside_example")} value={one.wording} onChange={(event) => change(at, { wording: event.currentTarget.value })} />
              <ActionIcon size={36} aria-label={t("opt_in.remove", { word: one.word })} onClick={() => form.set("opt_in_keywords", words.filter((_, index) => index !== at))}>
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
            <Group mt="sm" align="flex-end" gap="sm">
              <SegmentedControl
                size="xs"
                aria-label={t("opt_in.ask")}
                value={one.double === null ? "as" : one.double ? "yes" : "no"}
                onChange={(value) => change(at, { double: value === "as" ? null : value === "yes" })}
                data={(["as", "yes", "no"] as const).map((value) => ({ value, label: t(`opt_in.ask_${value}`) }))}
              />
              <TextInput flex={1} miw={220} size="xs" label={t("opt_in.answer")} placeholder={t("keywords.usual.started")} maxLength={480} value={one.answer} onChange={(event) => change(at, { answer: event.currentTarget.value })} />
            </Group>
          </fieldset>
        ))}
        {form.problem("opt_in_keywords") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("opt_in_keywords")}
          </Text>
        )}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => form.set("opt_in_keywords", [...words, { word: "", wording: "", double: null, answer: "" }])}>
          {t("opt_in.add")}
        </Button>
      </Stack>
    </FormCard>
  );
}
