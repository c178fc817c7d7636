import { Alert, Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { useMe } from "@/session/me";
import { toDocument } from "../model/document";
import type { Graph } from "../model/types";
import type { TryMessage } from "./journey";
import { fieldsOf, requestOf, type Setup } from "./setup";
import classes from "./Try.module.css";

const FORMS = ["desktop", "phone", "text"] as const;

interface Props {
  readonly workflow: string;
  readonly graph: Graph;
  readonly message: TryMessage;
  readonly setup: Setup;
}

/** A message as this contact would get it, and a copy of it to oneself. */
export function Letter({ workflow, graph, message, setup }: Props) {
  const { t } = useTranslation("tryout");
  const { email } = useMe();
  const [form, setForm] = useState<(typeof FORMS)[number]>("desktop");
  const sent = useMutation({
    mutationFn: () => {
      const { contact = "", traits = {} } = requestOf(setup, graph);
      const event = { name: "", properties: fieldsOf(setup.properties) };
      return body(api.POST("/api/v1/workflows/{workflow}/test-send", { params: { path: { workflow } }, body: { node: message.node, to: "", contact, sample: traits, event, workflow: { ...toDocument(graph) } } }));
    },
  });
  return (
    <section className={classes["mail"]} aria-label={t("message")}>
      <Text fw={650} size="sm">
        {message.subject || t("no_subject")}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {message.from}
        {message.preheader === "" ? "" : ` · ${message.preheader}`}
      </Text>
      {message.fault === null ? null : (
        <Alert color="red" variant="light" mt="xs" title={t("fault")}>
          {message.fault.message}
        </Alert>
      )}
      {message.missing.length === 0 ? null : (
        <Alert color="yellow" variant="light" mt="xs" p="xs">
          {t("missing", { fields: message.missing.join(", ") })}
        </Alert>
      )}
      <Group justify="space-between" mt="xs" wrap="nowrap">
        <SegmentedControl size="xs" aria-label={t("form")} value={form} onChange={(value) => setForm(FORMS.find((one) => one === value) ?? "desktop")} data={FORMS.map((value) => ({ value, label: t(`forms.${value}`) }))} />
        <MayButton right="edit" size="xs" variant="default" leftSection={<IconSend size={14} />} loading={sent.isPending} onClick={() => sent.mutate()}>
          {t("send_test")}
        </MayButton>
      </Group>
      <div role="status">
        {sent.data === undefined ? null : (
          <Text size="xs" c="teal" mt={6}>
            {t("sent_test", { to: sent.data.to || email, left: sent.data.left })}
          </Text>
        )}
      </div>
      {sent.error === null ? null : <Failure error={sent.error} />}
      {form === "text" ? (
        <pre className={classes["text"]}>{message.text}</pre>
      ) : (
        // No scripts, no forms, no way out of the frame: what is shown is somebody's template.
        <div className={classes["window"]} data-form={form}>
          <iframe title={message.subject || t("message")} className={classes["frame"]} sandbox="" srcDoc={message.html} />
        </div>
      )}
      <Button component="a" href={`/templates/${encodeURIComponent(message.template)}`} size="compact-xs" variant="subtle" mt={6}>
        {t("open_template")}
      </Button>
    </section>
  );
}
