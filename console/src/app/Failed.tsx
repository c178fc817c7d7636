import { Button, Center, Code, MantineProvider, Stack, Text, Title } from "@mantine/core";
import { cssVariables, theme } from "./theme";

/** Shown when not even the texts could be loaded; so its few words are here, in both languages. */
const WORDS = {
  title: "Stepwell could not start · Stepwell konnte nicht starten",
  again: "Try again · Erneut versuchen",
};

export function Failed({ error }: { error: unknown }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Center mih="100vh" p="xl">
        <Stack align="center" maw={560} ta="center">
          <Title order={1}>{WORDS.title}</Title>
          <Text c="dimmed">
            <Code>{error instanceof Error ? error.message : String(error)}</Code>
          </Text>
          <Button onClick={() => location.reload()}>{WORDS.again}</Button>
        </Stack>
      </Center>
    </MantineProvider>
  );
}
