import { Alert, Autocomplete, Button, Drawer, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSendTestEvent, type TestEvent } from "@/api/events";
import { CodeEditor } from "@/kit/CodeEditor";
import { Failure } from "@/kit/Confirm";
import { useKnownEvents } from "@/kit/conditions/knowledge";
import { useMe } from "@/session/me";
import { useAdvice } from "./advice";
import { documentOf, problemsOf, type TestForm } from "./testEvent";

const CALLS = ["track", "identify", "page"] as const;

/** Sends an event as a client would; what it starts is real. */
export function SendEvent({ opened, onClose, onSent }: { opened: boolean; onClose: () => void; onSent: (messageId: string) => void }) {
  const { t } = useTranslation("events");
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size="md" title={t("send.title")} closeButtonProps={{ "aria-label": t("send.close") }}>
      <Form onClose={onClose} onSent={onSent} />
    </Drawer>
  );
}

function Form({ onClose, onSent }: { onClose: () => void; onSent: (messageId: string) => void }) {
  const { t } = useTranslation("events");
  const { email } = useMe();
  const known = useKnownEvents();
  const sending = useSendTestEvent();
  const [form, setForm] = useState<TestForm>({ call: "track", who: email, event: "", data: "{\n  \n}" });
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<TestEvent["rejected"]>([]);
  const problems = tried ? problemsOf(form) : {};
  const problem = (name: keyof TestForm): string | undefined => (problems[name] ? t(`send.problem.${problems[name]}`) : undefined);
  function change(changes: Partial<TestForm>): void {
    setForm((before) => ({ ...before, ...changes }));
    setRefused([]);
  }
  async function send(): Promise<void> {
    setTried(true);
    if (Object.keys(problemsOf(form)).length > 0) return;
    try {
      const told = await sending.mutateAsync({ call: form.call, document: documentOf(form) });
      setRefused(told.rejected);
      if (told.accepted) onSent(told.message_id);
    } catch {
      // Shown below: the mutation keeps it.
    }
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t("send.text")}
        </Text>
        <SegmentedControl
          value={form.call}
          onChange={(value) => change({ call: CALLS.find((one) => one === value) ?? "track" })}
          data={CALLS.map((value) => ({ value, label: t(`send.call.${value}`) }))}
          aria-label={t("send.kind")}
          fullWidth
        />
        <TextInput label={t("send.who")} description={t("send.who_hint")} value={form.who} onChange={(event) => change({ who: event.currentTarget.value })} error={problem("who")} required data-autofocus />
        {form.call !== "identify" && (
          <Autocomplete
            label={t(form.call === "track" ? "send.event" : "send.page")}
            description={t(form.call === "track" ? "send.event_hint" : "send.page_hint")}
            data={form.call === "track" ? known.map((one) => one.name) : []}
            value={form.event}
            onChange={(event) => change({ event })}
            error={problem("event")}
            required={form.call === "track"}
            limit={12}
          />
        )}
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t(form.call === "identify" ? "send.traits" : "send.properties")}
          </Text>
          <CodeEditor value={form.data} onChange={(data) => change({ data })} language="json" label={t("send.properties")} height={180} onSave={() => void send()} />
          {problem("data") && (
            <Text size="xs" c="var(--mantine-color-error)" mt={4} role="alert">
              {problem("data")}
            </Text>
          )}
        </div>
        {refused.map((one) => (
          <Refusal key={one.code + one.place} code={one.code} place={one.place} message={one.message} />
        ))}
        {sending.error && <Failure error={sending.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("send.cancel")}
          </Button>
          <Button type="submit" loading={sending.isPending}>
            {t("send.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Refusal({ code, place, message }: { code: string; place: string; message: string }) {
  const { t } = useTranslation("events");
  const advice = useAdvice(code);
  return (
    <Alert color="red" variant="light" title={t("detail.rejected")} role="alert">
      {message} {advice}
      {place && (
        <Text size="xs" c="dimmed" mt={4}>
          {t("detail.place", { place, code })}
        </Text>
      )}
    </Alert>
  );
}
