import { ActionIcon, Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "@/api/content";
import { CodeEditor } from "@/kit/CodeEditor";
import { paramsOf } from "./calls";
import classes from "./Content.module.css";
import { number, text, type PieceFormProps } from "./fields";
import { TryOut } from "./TryOut";

/** A source of connected content: where it is fetched, how long it is kept, and what happens when it fails. */
export function SourceForm({ value, onChange, readOnly, problems }: PieceFormProps) {
  const { t } = useTranslation("content");
  const url = text(value, "url");
  const params = paramsOf(url);
  return (
    <>
      <section className={classes["card"]}>
        <TextInput
          label={t("field.url")}
          description={t("url_hint")}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          required
          value={url}
          readOnly={readOnly}
          error={problems.get("url") ?? problems.get("")}
          onChange={(event) => onChange({ url: event.currentTarget.value, params: paramsOf(event.currentTarget.value) })}
        />
        {params.length > 0 ? (
          <Text size="xs" c="dimmed">
            {t("params", { names: params.join(", ") })}
          </Text>
        ) : null}
        <Headers value={value["headers"]} onChange={(headers) => onChange({ headers })} readOnly={readOnly} problems={problems} />
      </section>
      <section className={classes["card"]}>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <NumberInput label={t("field.cache")} description={t("cache_hint")} min={0} max={86400} value={number(value, "cache_seconds", 300)} readOnly={readOnly} error={problems.get("cache_seconds")} onChange={(seconds) => onChange({ cache_seconds: Number(seconds) || 0 })} />
          <NumberInput label={t("field.timeout")} description={t("timeout_hint")} min={100} max={5000} step={100} value={number(value, "timeout_ms", 2000)} readOnly={readOnly} error={problems.get("timeout_ms")} onChange={(ms) => onChange({ timeout_ms: Number(ms) || 100 })} />
          <NumberInput label={t("field.bytes")} description={t("bytes_hint")} min={1} max={256} value={Math.round(number(value, "max_bytes", 65536) / 1024)} readOnly={readOnly} error={problems.get("max_bytes")} onChange={(kilobytes) => onChange({ max_bytes: (Number(kilobytes) || 1) * 1024 })} />
        </SimpleGrid>
        <Select
          label={t("field.on_fault")}
          maw={420}
          allowDeselect={false}
          readOnly={readOnly}
          value={value["on_fault"] === "fallback" ? "fallback" : "skip"}
          data={(["skip", "fallback"] as const).map((one) => ({ value: one, label: t(`on_fault.${one}`) }))}
          onChange={(on_fault) => onChange({ on_fault })}
        />
        {value["on_fault"] === "fallback" ? <JsonField label={t("field.fallback")} value={value["fallback"]} onChange={(fallback) => onChange({ fallback })} readOnly={readOnly} /> : null}
      </section>
      <section className={classes["card"]}>
        <JsonField label={t("field.sample")} hint={t("sample_hint")} value={value["sample"]} onChange={(sample) => onChange({ sample })} readOnly={readOnly} />
        <TryOut source={value} params={params} {...(readOnly ? {} : { onTake: (sample: unknown) => onChange({ sample }) })} />
      </section>
    </>
  );
}

function Headers({ value, onChange, readOnly, problems }: { value: unknown; onChange: (headers: Json) => void; readOnly: boolean; problems: ReadonlyMap<string, string> }) {
  const { t } = useTranslation("content");
  const [rows, setRows] = useState<[string, string][]>(() => (typeof value === "object" && value !== null ? Object.entries(value).map(([name, one]): [string, string] => [name, String(one)]) : []));
  const write = (next: [string, string][]): void => {
    setRows(next);
    onChange(Object.fromEntries(next.filter(([name]) => name.trim() !== "")));
  };
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t("field.headers")}
      </Text>
      <Text size="xs" c="dimmed">
        {t("headers_hint")}
      </Text>
      {rows.map(([name, one], place) => (
        <Group key={place} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput style={{ flex: 2 }} size="sm" aria-label={t("field.header_name", { number: place + 1 })} placeholder={t("header_example")} value={name} readOnly={readOnly} onChange={(event) => write(rows.map((row, at) => (at === place ? [event.currentTarget.value, row[1]] : row)))} />
          <TextInput style={{ flex: 3 }} size="sm" aria-label={t("field.header_value", { number: place + 1 })} placeholder={t("header_example_value")} value={one} readOnly={readOnly} error={problems.get(`headers.${name}`)} onChange={(event) => write(rows.map((row, at) => (at === place ? [row[0], event.currentTarget.value] : row)))} />
          {readOnly ? null : (
            <Tooltip label={t("header_remove")}>
              <ActionIcon size={36} aria-label={t("header_remove")} onClick={() => write(rows.filter((_, at) => at !== place))}>
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ))}
      {readOnly || rows.length >= 10 ? null : (
        <Group>
          <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setRows([...rows, ["", ""]])}>
            {t("header_add")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function JsonField({ label, hint, value, onChange, readOnly }: { label: string; hint?: string; value: unknown; onChange: (value: unknown) => void; readOnly: boolean }) {
  const { t } = useTranslation("content");
  const [written, setWritten] = useState(() => JSON.stringify(value ?? null, null, 2));
  const [told, setTold] = useState(value);
  const [broken, setBroken] = useState(false);
  // Taken from an answer, and not typed.
  if (told !== value) {
    setTold(value);
    setWritten(JSON.stringify(value ?? null, null, 2));
    setBroken(false);
  }
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      {hint === undefined ? null : (
        <Text size="xs" c="dimmed" mb={4}>
          {hint}
        </Text>
      )}
      <CodeEditor
        language="json"
        label={label}
        height={150}
        value={written}
        readOnly={readOnly}
        onChange={(next) => {
          setWritten(next);
          try {
            const read: unknown = JSON.parse(next);
            setBroken(false);
            setTold(read);
            onChange(read);
          } catch {
            setBroken(true);
          }
        }}
      />
      {broken ? (
        <Text size="sm" c="var(--bad)" role="alert">
          {t("broken_json")}
        </Text>
      ) : null}
    </div>
  );
}
