import { Button, Group, Modal, SimpleGrid, Skeleton, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconBell, IconBlocks, IconBooks, IconCode, IconMessage } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { messageId, messages, useLibraryMessages, useMessagesChanged, type LibraryMessage } from "@/api/templates";
import { Failure } from "@/kit/Confirm";
import { ErrorState } from "@/kit/ErrorState";
import { SearchField } from "@/kit/SearchField";
import { BLANK_BLOCKS, BLANK_HTML, written } from "./blank";
import classes from "./List.module.css";

type Start = "blocks" | "code" | "sms" | "push" | "library";
const STARTS = [
  { key: "blocks", icon: IconBlocks },
  { key: "code", icon: IconCode },
  { key: "sms", icon: IconMessage },
  { key: "push", icon: IconBell },
  { key: "library", icon: IconBooks },
] as const;

/** A new message: from blocks, as code, or from one that the library brings. */
export function NewMessage({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["templates", "kit"]);
  return (
    <Modal opened={opened} onClose={onClose} title={t("create.title")} size="xl" closeButtonProps={{ "aria-label": t("kit:close") }}>
      {opened ? <Form onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["templates", "kit"]);
  const navigate = useNavigate();
  const changed = useMessagesChanged();
  const [start, setStart] = useState<Start>("blocks");
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<LibraryMessage | null>(null);
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const ready = name.trim() !== "" && (start !== "library" || chosen !== null);

  async function create(): Promise<void> {
    setRunning(true);
    setFailure(null);
    try {
      const made = await firstFree(messageId(name), (id) => messages.create({ ...content(), id, name: name.trim() }));
      await changed();
      await navigate({ to: "/templates/$template", params: { template: made.id }, search: { mode: start === "blocks" ? "blocks" : "code" } as never });
    } catch (error) {
      setFailure(error);
      setRunning(false);
    }
  }
  function content(): Record<string, unknown> {
    if (start === "library" && chosen) return chosen.template;
    const say = (word: string): string => t(`blank.${word}` as "blank.TEXT");
    const shared = { subject: t("blank.subject"), purpose: "marketing", language: t("blank.language"), sample: { first_name: "Ada" } };
    if (start === "sms" || start === "push") {
      const text = `${t("blank.HELLO")} {{ first_name | default("${t("blank.FRIEND")}") }}, …`;
      return { ...shared, channel: start, layout: "", html: "", text, subject: start === "sms" ? name.trim() : t("blank.HEADING") };
    }
    return start === "blocks" ? { ...shared, format: "mjml", mjml: written(BLANK_BLOCKS, say) } : { ...shared, html: written(BLANK_HTML, say) };
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void create();
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          {STARTS.map(({ key, icon: Icon }) => (
            <UnstyledButton key={key} className={classes["choice"] ?? ""} data-on={start === key} aria-pressed={start === key} onClick={() => setStart(key)}>
              <span className={classes["icon"]}>
                <Icon size={20} stroke={1.7} aria-hidden />
              </span>
              <span>
                <Text component="span" display="block" size="sm" fw={600}>
                  {t(`create.${key}.title`)}
                </Text>
                <Text component="span" display="block" size="xs" c="dimmed">
                  {t(`create.${key}.text`)}
                </Text>
              </span>
            </UnstyledButton>
          ))}
        </SimpleGrid>
        {start === "library" ? <Offers chosen={chosen} onChoose={(one) => { setChosen(one); if (name === "" || name === chosen?.name) setName(one.name); }} /> : null}
        <TextInput label={t("field.name")} description={t("create.name_hint")} value={name} maxLength={120} required onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        {failure === null ? null : <Failure error={failure} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={running}>
            {t("kit:cancel")}
          </Button>
          <Button type="submit" loading={running} disabled={!ready}>
            {t("create.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Makes it under the first id that nobody has. */
async function firstFree<T>(id: string, make: (id: string) => Promise<T>): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await make(number === 1 ? id : `${id}_${number}`);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "template_exists" || number > 20) throw error;
    }
  }
}

function Offers({ chosen, onChoose }: { chosen: LibraryMessage | null; onChoose: (message: LibraryMessage) => void }) {
  const { t } = useTranslation("templates");
  const { data, error, refetch } = useLibraryMessages(true);
  const [q, setQ] = useState("");
  if (error) return <ErrorState error={error} again={() => void refetch()} compact />;
  const wanted = q.toLocaleLowerCase();
  const shown = data?.filter((one) => `${one.name} ${one.description} ${one.subject}`.toLocaleLowerCase().includes(wanted));
  return (
    <Stack gap="xs">
      <SearchField value={q} onChange={setQ} label={t("create.search")} />
      <div className={classes["offers"]}>
        {shown === undefined
          ? Array.from({ length: 6 }, (_, place) => <Skeleton key={place} height={84} radius="md" />)
          : shown.map((one) => (
              <UnstyledButton key={one.id} className={classes["choice"] ?? ""} data-on={chosen?.id === one.id} aria-pressed={chosen?.id === one.id} onClick={() => onChoose(one)}>
                <span>
                  <Text component="span" display="block" size="sm" fw={600}>
                    {one.name}
                  </Text>
                  <Text component="span" display="block" size="xs" c="dimmed">
                    {one.description}
                  </Text>
                </span>
              </UnstyledButton>
            ))}
      </div>
      {shown?.length === 0 ? (
        <Text size="sm" c="dimmed" role="status">
          {t("create.nothing")}
        </Text>
      ) : null}
    </Stack>
  );
}
