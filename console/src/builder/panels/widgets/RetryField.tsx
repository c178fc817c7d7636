import { Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RetryPolicy } from "../../model/types";
import { usePanel } from "../panel";

const START: RetryPolicy = { max_attempts: 3, interval_seconds: 30, backoff_rate: 2 };

/** How often a failed call is tried again, before the contact goes on by `failed`. */
export function RetryField({ retry, onChange }: { retry: RetryPolicy | null; onChange: (retry: RetryPolicy | null) => void }) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const put = (part: Partial<RetryPolicy>): void => onChange({ ...(retry ?? START), ...part });
  return (
    <Stack gap={8}>
      <Select
        label={t("retry.label")}
        description={t("retry.help")}
        allowDeselect={false}
        disabled={readOnly}
        data={[
          { value: "usual", label: t("retry.usual") },
          { value: "own", label: t("retry.own") },
        ]}
        value={retry === null ? "usual" : "own"}
        onChange={(how) => onChange(how === "own" ? START : null)}
      />
      {retry === null ? null : (
        <>
          <Group gap={8} grow align="flex-end">
            <NumberInput size="xs" label={t("retry.attempts")} min={1} max={10} allowDecimal={false} disabled={readOnly} value={retry.max_attempts} onChange={(value) => typeof value === "number" && put({ max_attempts: value })} />
            <NumberInput size="xs" label={t("retry.interval")} min={1} max={86_400} allowDecimal={false} disabled={readOnly} value={retry.interval_seconds} onChange={(value) => typeof value === "number" && put({ interval_seconds: value })} />
            <NumberInput size="xs" label={t("retry.backoff")} min={1} max={10} step={0.5} disabled={readOnly} value={retry.backoff_rate} onChange={(value) => typeof value === "number" && put({ backoff_rate: value })} />
          </Group>
          <Text size="xs" c="dimmed">
            {t("retry.said", { waits: waits(retry).join(", ") })}
          </Text>
        </>
      )}
    </Stack>
  );
}

/** The waits between attempts, in seconds. */
function waits({ max_attempts, interval_seconds, backoff_rate }: RetryPolicy): number[] {
  return Array.from({ length: Math.max(max_attempts - 1, 0) }, (_, index) => Math.round(interval_seconds * backoff_rate ** index));
}
