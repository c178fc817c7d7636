import { Alert, Anchor, Autocomplete, Button, Drawer, Group, Modal, Skeleton, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messages, sourceOf, useMessageVersions, type MessageSource, type Recipient } from "@/api/templates";
import { useNames } from "@/api/workflows";
import { useWorkspaceSettings } from "@/api/settings";
import { Failure } from "@/kit/Confirm";
import { ErrorState } from "@/kit/ErrorState";
import { When } from "@/kit/When";
import { useMe } from "@/session/me";
import type { Draft } from "./useDraft";

/** Sends what is on the page, saved or not, to oneself. */
export function TestSend({ source, recipient, onClose }: { source: MessageSource; recipient: Recipient; onClose: () => void }) {
  const { t } = useTranslation(["templates", "kit"]);
  const { email } = useMe();
  const workspace = useWorkspaceSettings();
  const numbers = (workspace.data?.test_addresses ?? []).filter((one) => one.startsWith("+"));
  const [to, setTo] = useState("");
  const [running, setRunning] = useState(false);
  const [sent, setSent] = useState<{ to: string; left: number } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  async function send(): Promise<void> {
    setRunning(true);
    setFailure(null);
    setSent(null);
    try {
      setSent(await messages.testSend(source, recipient, to.trim()));
    } catch (error) {
      setFailure(error);
    } finally {
      setRunning(false);
    }
  }
  return (
    <Modal opened onClose={onClose} title={t("test.title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {t("test.text")}
          </Text>
          {source.channel === "sms" ? (
            <Autocomplete type="tel" label={t("test.to_number")} description={t("test.hint_sms")} placeholder={numbers[0] ?? t("test.number_example")} data={numbers} value={to} onChange={setTo} data-autofocus />
          ) : (
            <TextInput type="email" label={t(source.channel === "push" ? "test.to_browsers" : "test.to")} description={t(source.channel === "push" ? "test.hint_push" : "test.hint")} placeholder={email} value={to} onChange={(event) => setTo(event.currentTarget.value)} data-autofocus />
          )}
          {source.channel === "sms" && workspace.data !== undefined && numbers.length === 0 ? (
            <Alert color="orange" variant="light" py={8}>
              {t("test.no_number")}{" "}
              <Anchor component={Link} to="/settings/safety" size="sm" underline="always">
                {t("test.to_settings")}
              </Anchor>
            </Alert>
          ) : null}
          {failure === null ? null : <Failure error={failure} />}
          {sent === null ? null : (
            <Alert color="teal" variant="light" role="status">
              {t("test.sent", { to: sent.to, count: sent.left })}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("kit:close")}
            </Button>
            <Button type="submit" loading={running} disabled={source.channel === "sms" && numbers.length === 0}>
              {t("test.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What was saved before; one goes back by taking it and saving. */
export function History({ id, onTake, onClose, readOnly }: { id: string; onTake: (source: MessageSource) => void; onClose: () => void; readOnly: boolean }) {
  const { t } = useTranslation(["templates", "kit"]);
  const name = useNames();
  const { data, error, refetch } = useMessageVersions(id, true);
  const [chosen, setChosen] = useState<number | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  async function take(number: number): Promise<void> {
    setChosen(number);
    setFailure(null);
    try {
      onTake(sourceOf((await messages.version(id, number)).template));
      onClose();
    } catch (problem) {
      setFailure(problem);
      setChosen(null);
    }
  }
  return (
    <Drawer opened onClose={onClose} position="right" title={t("history.title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("history.text")}
        </Text>
        {failure === null ? null : <Failure error={failure} />}
        {error ? <ErrorState error={error} again={() => void refetch()} compact /> : null}
        {data === undefined && !error ? Array.from({ length: 4 }, (_, place) => <Skeleton key={place} height={54} radius="md" />) : null}
        {data?.length === 0 ? <Text size="sm">{t("history.none")}</Text> : null}
        {data?.map((one, place) => (
          <Group key={one.number} justify="space-between" wrap="nowrap" p="sm" style={{ border: "1px solid var(--line)", borderRadius: "var(--mantine-radius-md)" }}>
            <div>
              <Text size="sm" fw={600}>
                {t(place === 0 ? "history.now" : "history.number", { number: one.number })}
              </Text>
              <Text size="xs" c="dimmed">
                <When at={one.at} /> {name(one.by)}
              </Text>
            </div>
            {place === 0 || readOnly ? null : (
              <Button size="xs" variant="default" loading={chosen === one.number} onClick={() => void take(one.number)}>
                {t("history.take")}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Drawer>
  );
}

/** What keeps the message from being saved, and unsaved changes that were found again. */
export function Notices({ draft }: { draft: Draft }) {
  const { t } = useTranslation("templates");
  const [running, setRunning] = useState(false);
  const settle = (choice: "mine" | "theirs") => (): void => {
    setRunning(true);
    void draft.settle(choice).finally(() => setRunning(false));
  };
  if (draft.state === "conflict") {
    return (
      <Alert color="orange" title={t("conflict.title")} role="alert">
        {t("conflict.text")}
        <Group mt="sm" gap="xs">
          <Button size="xs" variant="default" loading={running} onClick={settle("theirs")}>
            {t("conflict.theirs")}
          </Button>
          <Button size="xs" color="orange" loading={running} onClick={settle("mine")}>
            {t("conflict.mine")}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (draft.state === "failed") return <Failure error={draft.error} />;
  if (draft.recovered === null) return null;
  return (
    <Alert color="brand" variant="light" role="status" py={8}>
      {t("recovered")} <When at={draft.recovered} />.{" "}
      <UnstyledButton fz="sm" td="underline" onClick={draft.discard}>
        {t("discard")}
      </UnstyledButton>
    </Alert>
  );
}
