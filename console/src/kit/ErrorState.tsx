import { Button, Code, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/error";
import { Art } from "./Art";
import classes from "./EmptyState.module.css";
import { useErrorText } from "./errorText";

/** Stands where content would be: what went wrong, what to do, and the code for whoever is asked for help. */
export function ErrorState({ error, again, compact = false }: { error: unknown; again?: () => void; compact?: boolean }) {
  const { t } = useTranslation("kit");
  const known = asApiError(error);
  const { title, text } = useErrorText(known);
  return (
    <Stack align="center" gap="xs" role="alert" className={classes["empty"] ?? ""} data-compact={compact}>
      <Art name={known.status === 404 ? "lost" : "broken"} size={compact ? 80 : 120} />
      <Text component="h2" fw={650} size={compact ? "md" : "lg"} ta="center">
        {title}
      </Text>
      <Text c="dimmed" size="sm" ta="center" maw={480}>
        {text}
      </Text>
      <Text size="xs" c="dimmed">
        {t("error.code")} <Code>{known.code}</Code>
      </Text>
      {again && (
        <Button mt="sm" variant="default" leftSection={<IconRefresh size={16} />} onClick={again}>
          {t("error.again")}
        </Button>
      )}
    </Stack>
  );
}
