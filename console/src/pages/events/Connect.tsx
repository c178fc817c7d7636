import { Alert, Anchor, Card, Group, SegmentedControl, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWriteKeys } from "@/api/events";
import { CopyButton } from "@/kit/CopyButton";
import { useMay } from "@/session/me";
import classes from "./Events.module.css";
import { CLIENTS, snippet, type Client } from "@/kit/snippets";

/** How to send events from everywhere, with this deployment's address and a key of the workspace's. */
export function Connect() {
  const { t } = useTranslation("events");
  const may = useMay("edit");
  const { data } = useWriteKeys(may);
  const [client, setClient] = useState<Client>("browser");
  const [chosen, setChosen] = useState("");
  const [text, setText] = useState("");
  const key = data?.find((one) => one.id === chosen) ?? data?.[0];
  const endpoint = location.origin;
  const code = snippet(client, endpoint, text.trim() || "WRITE_KEY");
  return (
    <div className={classes["split"]}>
      <Card padding="md">
        <Stack gap="md">
          <div>
            <Title order={2}>{t("connect.title")}</Title>
            <Text size="sm" c="dimmed">
              {t("connect.text")}
            </Text>
          </div>
          <Group align="flex-end" gap={6} wrap="nowrap">
            <TextInput label={t("connect.endpoint")} value={endpoint} readOnly style={{ flex: 1 }} />
            <CopyButton value={endpoint} icon />
          </Group>
          {key ? (
            <Select
              label={t("connect.key")}
              description={t("connect.key_hint")}
              data={(data ?? []).map((one) => ({ value: one.id, label: `${one.source}${one.name ? ` · ${one.name}` : ""} (${one.id.slice(0, 8)}…)` }))}
              value={key.id}
              onChange={(value) => setChosen(value ?? "")}
              allowDeselect={false}
            />
          ) : (
            <Alert icon={<IconKey size={18} />} variant="light" title={t("connect.no_key")}>
              {t(may ? "connect.no_key_text" : "connect.viewer")}
            </Alert>
          )}
          <TextInput label={t("connect.paste")} description={t("connect.paste_hint")} value={text} onChange={(event) => setText(event.currentTarget.value)} autoComplete="off" spellCheck={false} />
          <Anchor component={Link} to="/settings/sources" size="sm">
            {t("connect.settings")}
          </Anchor>
        </Stack>
      </Card>
      <Stack gap="sm">
        <Group justify="space-between">
          <SegmentedControl
            value={client}
            onChange={(value) => setClient(CLIENTS.find((one) => one === value) ?? "browser")}
            data={CLIENTS.map((value) => ({ value, label: t(`connect.client.${value}`) }))}
            aria-label={t("connect.clients")}
          />
          <CopyButton value={code} />
        </Group>
        <pre className={classes["code"]} tabIndex={0} aria-label={t("connect.code")}>
          {code}
        </pre>
        <Text size="sm" c="dimmed">
          {t(`connect.about.${client}`)}
        </Text>
      </Stack>
    </div>
  );
}
