import { Alert, Anchor, Button, Group, List, Modal, NumberInput, SegmentedControl, SimpleGrid, Stack, Switch, Text, TextInput, Textarea } from "@mantine/core";
import { IconAlertTriangle, IconKey } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChannel, useMakePushKeys, type Channel } from "@/api/channels";
import { useWorkspace } from "@/api/workspace";
import { Confirm, Failure } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { MayButton } from "@/kit/MayButton";
import { NotificationPreview } from "@/kit/NotificationPreview";
import { StatusBadge } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import { Card, Loaded } from "../Card";
import classes from "../Settings.module.css";
import { PROMPT, promptSnippet, type Prompt } from "./prompt";

/** Notifications in browsers: keys, the question, what stands on the website. */
export function Push() {
  const channel = useChannel("push");
  return (
    <Loaded query={channel} height={420}>
      {(found) => (
        <>
          <Keys channel={found} />
          <Website />
          <Look />
        </>
      )}
    </Loaded>
  );
}

function Keys({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const make = useMakePushKeys();
  const [asking, setAsking] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const [subject, setSubject] = useState("");
  const web = channel.settings.providers.find((one) => one.kind === "web_push");
  const key = typeof web?.options["public_key"] === "string" ? web.options["public_key"] : "";
  const ready = web !== undefined && web.secrets_set_at !== null;
  return (
    <Card
      title={t("keys.title")}
      text={t("keys.text")}
      actions={
        <>
          <StatusBadge tone={ready ? "good" : "quiet"}>{t(ready ? "keys.there" : "keys.none")}</StatusBadge>
          {ready ? (
            <MayButton right="administer" size="xs" variant="default" onClick={() => setReplacing(true)}>
              {t("keys.rotate")}
            </MayButton>
          ) : (
            <MayButton right="administer" size="xs" leftSection={<IconKey size={14} />} onClick={() => setAsking(true)}>
              {t("keys.make")}
            </MayButton>
          )}
        </>
      }
    >
      {ready ? (
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            {t("keys.public")}
          </Text>
          <Group gap="xs" wrap="nowrap">
            <span className={classes["value"]}>{key}</span>
            <CopyButton icon value={key} label={t("keys.copy")} />
          </Group>
          <Text size="xs" c="dimmed">
            {t("keys.made")} <When at={web.secrets_set_at} /> · {typeof web.options["subject"] === "string" ? web.options["subject"] : ""}
          </Text>
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          {t("keys.none_text")}
        </Text>
      )}
      <Text size="sm" mt="sm">
        {t("keys.firebase")}{" "}
        <Anchor component={Link} to="/settings/channels?channel=push" size="sm" underline="always">
          {t("keys.firebase_link")}
        </Anchor>
      </Text>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t("keys.make")} closeButtonProps={{ "aria-label": t("close") }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate({ subject: subject.trim(), replace: false }, { onSuccess: () => setAsking(false) });
          }}
        >
          <Stack>
            <TextInput data-autofocus label={t("option.subject")} description={t("keys.subject_hint")} placeholder={t("keys.subject_example")} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
            {make.error && <Failure error={make.error} />}
            <Group justify="flex-end">
              <Button type="submit" loading={make.isPending}>
                {t("keys.make")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <Confirm opened={replacing} onClose={() => setReplacing(false)} danger title={t("keys.rotate_title")} action={t("keys.rotate")} phrase={t("keys.rotate_phrase")} onConfirm={() => make.mutateAsync({ subject: "", replace: true })}>
        {t("keys.rotate_text")}
      </Confirm>
    </Card>
  );
}

/** The question before the browser's own, and the code that asks it. */
function Website() {
  const { t } = useTranslation("channels");
  const [prompt, setPrompt] = useState<Prompt>({ ...PROMPT, text: t("prompt.text_usual") });
  const set = (some: Partial<Prompt>): void => setPrompt({ ...prompt, ...some });
  const worker = `importScripts("${location.origin}/sdk/v1/stepwell-sw.js");`;
  const code = promptSnippet(prompt);
  return (
    <Card title={t("prompt.title")} text={t("prompt.lead")}>
      <Stack>
        <Switch label={t("prompt.on")} description={t("prompt.on_hint")} checked={prompt.on} onChange={(event) => set({ on: event.currentTarget.checked })} />
        {prompt.on && (
          <>
            <TextInput label={t("prompt.heading")} maxLength={80} value={prompt.title} onChange={(event) => set({ title: event.currentTarget.value })} />
            <Textarea autosize minRows={1} label={t("prompt.text")} description={t("prompt.text_hint")} maxLength={300} value={prompt.text} onChange={(event) => set({ text: event.currentTarget.value })} />
            <SimpleGrid cols={{ base: 2, sm: 5 }}>
              <TextInput label={t("prompt.yes")} maxLength={30} value={prompt.yes} onChange={(event) => set({ yes: event.currentTarget.value })} />
              <TextInput label={t("prompt.no")} maxLength={30} value={prompt.no} onChange={(event) => set({ no: event.currentTarget.value })} />
              {(["after", "again", "times"] as const).map((name) => (
                <NumberInput key={name} label={t(`prompt.${name}`)} min={1} max={365} value={prompt[name]} onChange={(value) => typeof value === "number" && set({ [name]: value })} />
              ))}
            </SimpleGrid>
          </>
        )}
        <List type="ordered" spacing="sm" size="sm" styles={{ itemWrapper: { display: "block" }, itemLabel: { display: "block" } }}>
          <List.Item>
            <Group justify="space-between" mb={4}>
              <Text size="sm">{t("prompt.worker")}</Text>
              <CopyButton value={worker} />
            </Group>
            <pre className={classes["snippet"]} tabIndex={0}>
              {worker}
            </pre>
          </List.Item>
          <List.Item>
            <Group justify="space-between" mb={4}>
              <Text size="sm">{t("prompt.init")}</Text>
              <CopyButton value={code} />
            </Group>
            <pre className={classes["snippet"]} tabIndex={0}>
              {code}
            </pre>
          </List.Item>
        </List>
        <Text size="xs" c="dimmed">
          {t("prompt.key")}{" "}
          <Anchor component={Link} to="/settings/sources" size="xs" underline="always">
            {t("prompt.key_link")}
          </Anchor>
        </Text>
      </Stack>
    </Card>
  );
}

const LONG_TITLE = 50;
const LONG_BODY = 120;

/** How a notification looks, before somebody gets it. */
function Look() {
  const { t } = useTranslation("channels");
  const { data: workspace } = useWorkspace();
  const [title, setTitle] = useState(t("look.title_sample"));
  const [body, setBody] = useState(t("look.body_sample"));
  const [image, setImage] = useState("");
  const [button, setButton] = useState(t("look.button_sample"));
  const [device, setDevice] = useState<"phone" | "desktop">("phone");
  return (
    <Card title={t("look.title")} text={t("look.text")}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack>
          <SegmentedControl w="fit-content" size="xs" aria-label={t("look.device")} value={device} onChange={(value) => setDevice(value === "desktop" ? "desktop" : "phone")} data={(["phone", "desktop"] as const).map((value) => ({ value, label: t(`look.${value}`) }))} />
          <TextInput label={t("look.heading")} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
          <Textarea autosize minRows={2} label={t("look.body")} value={body} onChange={(event) => setBody(event.currentTarget.value)} />
          <TextInput label={t("look.button")} value={button} onChange={(event) => setButton(event.currentTarget.value)} />
          <TextInput label={t("look.image")} placeholder={t("centre.logo_example")} value={image} onChange={(event) => setImage(event.currentTarget.value)} />
          {(title.length > LONG_TITLE || body.length > LONG_BODY) && (
            <Alert variant="light" color="orange" icon={<IconAlertTriangle size={18} />} p="sm" role="status">
              {t("look.long")}
            </Alert>
          )}
          <Text size="xs" c="dimmed">
            {t("look.note")}
          </Text>
        </Stack>
        <NotificationPreview title={title} body={body} image={/^https:\/\/\S+$/.test(image) ? image : ""} actions={button === "" ? [] : [button]} site={workspace?.name ?? ""} device={device} />
      </SimpleGrid>
    </Card>
  );
}
