import { Group, Stack, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/kit/CopyButton";
import classes from "../Settings.module.css";
import { CLIENTS, snippet } from "@/kit/snippets";

/** How to send the first event, in the language of your choice. */
export function Snippets({ writeKey }: { writeKey: string }) {
  const { t } = useTranslation("settings");
  return (
    <Tabs defaultValue="browser" keepMounted={false}>
      <Tabs.List mb="sm">
        {CLIENTS.map((kind) => (
          <Tabs.Tab key={kind} value={kind}>
            {t(`snippets.${kind}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {CLIENTS.map((kind) => {
        const code = snippet(kind, location.origin, writeKey);
        return (
          <Tabs.Panel key={kind} value={kind}>
            <Stack gap="xs">
              <Group justify="space-between" wrap="nowrap">
                <Text size="sm" c="dimmed">
                  {t(`snippets.${kind}_hint`)}
                </Text>
                <CopyButton value={code} />
              </Group>
              <pre className={classes["snippet"]} tabIndex={0}>
                {code}
              </pre>
            </Stack>
          </Tabs.Panel>
        );
      })}
    </Tabs>
  );
}
