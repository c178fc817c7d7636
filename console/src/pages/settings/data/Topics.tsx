import { ActionIcon, Button, Group, Stack, TagsInput, Text, TextInput, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Schemas } from "@/api/documents";
import { keys } from "@/api/queries";
import { useChange } from "@/api/settings";
import { useForm } from "@/kit/useForm";
import { FormCard, Loaded } from "../Card";

/** What pages of the website are about; the first pattern that fits counts. */
export function Topics() {
  const kept = useQuery({ queryKey: keys.of("page-topics"), queryFn: ({ signal }) => body(api.GET("/api/v1/page-topics", { signal })) });
  return <Loaded query={kept}>{(found) => <Editor key={found.rev} kept={found} />}</Loaded>;
}

function Editor({ kept }: { kept: Schemas["PageTopics"] }) {
  const { t } = useTranslation("settings");
  const save = useChange(["page-topics"], (pages: Schemas["PageTopic"][]) => body(api.PUT("/api/v1/page-topics", { body: { rev: kept.rev, pages: { pages } } })));
  const form = useForm(
    { pages: kept.pages.pages },
    ({ pages }) => save.mutateAsync(pages),
    ({ pages }) => (pages.every(({ match, topic }) => match.trim() && topic.trim()) ? {} : { pages: t("topics.wrong") }),
  );
  const { pages } = form.values;
  const change = (at: number, page: Partial<Schemas["PageTopic"]>): void => form.set("pages", pages.map((one, index) => (index === at ? { ...one, ...page } : one)));
  const up = (at: number): void => form.set("pages", pages.map((one, index) => (index === at - 1 ? (pages[at] ?? one) : index === at ? (pages[at - 1] ?? one) : one)));
  return (
    <FormCard form={form} right="edit" title={t("topics.title")} text={t("topics.text")}>
      <Stack gap="xs">
        {pages.map((page, at) => (
          <Group key={at} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput aria-label={t("topics.match", { number: at + 1 })} placeholder={t("topics.match_example")} flex={2} value={page.match} onChange={(event) => change(at, { match: event.currentTarget.value })} />
            <TextInput aria-label={t("topics.topic", { number: at + 1 })} placeholder={t("topics.topic_example")} flex={1.4} value={page.topic} onChange={(event) => change(at, { topic: event.currentTarget.value })} />
            <TagsInput aria-label={t("topics.tags", { number: at + 1 })} placeholder={page.tags.length === 0 ? t("topics.tags_example") : ""} flex={2} value={page.tags} onChange={(tags) => change(at, { tags })} />
            <Tooltip label={t("topics.up")}>
              <ActionIcon size={36} aria-label={`${t("topics.up")}: ${page.match}`} disabled={at === 0} onClick={() => up(at)}>
                <IconArrowUp size={16} />
              </ActionIcon>
            </Tooltip>
            <ActionIcon size={36} aria-label={t("topics.remove", { match: page.match })} onClick={() => form.set("pages", pages.filter((_, index) => index !== at))}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {form.problem("pages") && (
          <Text size="sm" c="red" role="alert">
            {form.problem("pages")}
          </Text>
        )}
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => form.set("pages", [...pages, { match: "", topic: "", tags: [] }])}>
          {t("topics.add")}
        </Button>
      </Stack>
    </FormCard>
  );
}
