import { Alert, Badge, Card, Group, Stack, Tabs, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DebuggedEvent } from "@/api/events";
import { CodeEditor } from "@/kit/CodeEditor";
import { CopyButton } from "@/kit/CopyButton";
import { When } from "@/kit/When";
import { Did } from "./Did";
import classes from "./Events.module.css";
import { useAdvice } from "./advice";
import { lineOf, printed } from "./places";
import { whoOf } from "./tail";

/** One event: what it says, what is wrong with it and what to do, and what came of it. */
export function EventDetail({ event }: { event: DebuggedEvent }) {
  const { t } = useTranslation("events");
  const wrong = event.code !== "";
  return (
    <Card padding={0} component="section" aria-label={t("detail.label")} className={classes["card"] ?? ""}>
      <Stack gap="sm" className={classes["detail"] ?? ""}>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Title order={2} style={{ overflowWrap: "anywhere" }}>
              {event.name || t("unnamed")}
            </Title>
            <Group gap={6} mt={2}>
              {event.kind && (
                <Badge variant="light" size="sm" tt="none">
                  {event.kind}
                </Badge>
              )}
              <Text size="xs" c="dimmed">
                {event.source}
                {" · "}
                <When at={event.at} />
                {event.message_id && ` · ${event.message_id}`}
              </Text>
            </Group>
          </div>
          {event.document && <CopyButton value={JSON.stringify(event.document, null, 2)} />}
        </Group>
        {wrong && <Problem event={event} />}
        <Tabs defaultValue="json">
          <Tabs.List>
            <Tabs.Tab value="json">{t("detail.json")}</Tabs.Tab>
            {event.status === "accepted" && <Tabs.Tab value="did">{t("detail.did")}</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="json" pt="sm">
            <Json event={event} />
          </Tabs.Panel>
          <Tabs.Panel value="did" pt="sm">
            <Did who={whoOf(event)} event={event} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Card>
  );
}

function Problem({ event }: { event: DebuggedEvent }) {
  const { t } = useTranslation("events");
  const advice = useAdvice(event.code);
  const rejected = event.status === "rejected";
  return (
    <Alert
      color={rejected ? "red" : "orange"}
      variant="light"
      icon={rejected ? <IconCircleX size={18} /> : <IconAlertTriangle size={18} />}
      title={t(rejected ? "detail.rejected" : "detail.warned")}
    >
      <Text size="sm">{event.message}</Text>
      {advice && (
        <Text size="sm" mt={4}>
          <b>{t("detail.do")}</b> {advice}
        </Text>
      )}
      {event.place && (
        <Text size="xs" c="dimmed" mt={4}>
          {t("detail.place", { place: event.place, code: event.code })}
        </Text>
      )}
    </Alert>
  );
}

function Json({ event }: { event: DebuggedEvent }) {
  const { t } = useTranslation("events");
  const found = useMemo(() => (event.document ? printed(event.document) : null), [event.document]);
  const markers = useMemo(
    () => (found && event.code !== "" ? [{ line: lineOf(found, event.place), message: event.message, severity: event.status === "rejected" ? ("error" as const) : ("warning" as const) }] : []),
    [found, event],
  );
  if (!found) {
    return (
      <Text size="sm" c="dimmed">
        {t("detail.no_json")}
      </Text>
    );
  }
  return <CodeEditor value={found.text} language="json" label={t("detail.json")} readOnly markers={markers} height={400} />;
}
