import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { content, type Json, type TriedSource } from "@/api/content";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { amountText } from "@/kit/Amount";
import classes from "./Content.module.css";

/** Asks a source once, as it is on the page, and shows what it says. */
export function TryOut({ source, params, onTake }: { source: Json; params: readonly string[]; onTake?: (sample: unknown) => void }) {
  const { t, i18n } = useTranslation("content");
  const [values, setValues] = useState<Record<string, string>>({});
  const [running, setRunning] = useState(false);
  const [found, setFound] = useState<TriedSource | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  async function ask(): Promise<void> {
    setRunning(true);
    setFailure(null);
    try {
      setFound(await content.tryOut(source, params.map((one) => values[one] ?? "")));
    } catch (error) {
      setFailure(error);
      setFound(null);
    } finally {
      setRunning(false);
    }
  }
  return (
    <Stack gap="sm">
      <div>
        <Text component="h2" size="sm" fw={650}>
          {t("try.title")}
        </Text>
        <Text size="xs" c="dimmed">
          {t("try.text")}
        </Text>
      </div>
      <Group align="flex-end" gap="sm">
        {params.map((one) => (
          <TextInput key={one} size="sm" label={one} value={values[one] ?? ""} onChange={(event) => setValues({ ...values, [one]: event.currentTarget.value })} />
        ))}
        <MayButton right="edit" variant="default" leftSection={<IconPlayerPlay size={16} />} loading={running} onClick={() => void ask()}>
          {t("try.action")}
        </MayButton>
      </Group>
      {failure === null ? null : <Failure error={failure} />}
      <div role="status">
        {found === null ? null : (
          <Stack gap="xs">
            <Group gap="xs">
              <StatusBadge tone={found.ok ? "good" : "bad"}>{t(found.ok ? "try.ok" : "try.not")}</StatusBadge>
              <Text size="xs" c="dimmed">
                {t("try.told", { status: found.status === 0 ? "—" : found.status, ms: amountText(found.milliseconds, i18n.language), size: amountText(found.bytes / 1024, i18n.language, "number", "USD", 1) })}
              </Text>
            </Group>
            <Text size="xs" ff="monospace" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {found.url}
            </Text>
            {found.fault === "" ? null : (
              <Alert color="orange" variant="light" py={8}>
                {found.fault}
              </Alert>
            )}
            {found.left_out.length === 0 ? null : (
              <Text size="xs" c="dimmed">
                {t("try.left_out", { names: found.left_out.join(", ") })}
              </Text>
            )}
            {found.ok ? (
              <>
                <pre className={classes["answer"]} tabIndex={0} aria-label={t("try.answer")}>
                  {JSON.stringify(found.answer, null, 2)}
                </pre>
                {onTake ? (
                  <Group>
                    <Button size="xs" variant="default" onClick={() => onTake(found.answer)}>
                      {t("try.take")}
                    </Button>
                  </Group>
                ) : null}
              </>
            ) : null}
          </Stack>
        )}
      </div>
    </Stack>
  );
}
