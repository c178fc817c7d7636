import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import type { Fault } from "@/api/documents";
import { CodeEditor } from "@/kit/CodeEditor";
import { Failure } from "@/kit/Confirm";
import { toast } from "@/kit/toast";
import { useMay } from "@/session/me";
import type { Right } from "@/session/roles";
import { Locked } from "../Card";
import { marked, read, written } from "./text";

export interface DocumentEditorProps {
  label: string;
  /** What the server holds; the editor starts anew when its `key` changes. */
  value: unknown;
  right: Right;
  save: (value: unknown) => Promise<unknown>;
  /** Asks the server what it would say, without saving. */
  check?: (value: unknown) => Promise<readonly Fault[]>;
  /** More buttons that use what is written: a trial. */
  more?: (value: unknown) => ReactNode;
  /** Of a new document: it may be saved as it is. */
  fresh?: boolean;
  height?: number;
  /** Reads what the server holds, after somebody else changed it. */
  reload?: () => void;
}

/** What was saved in this tab, as its author ordered it: the server tells it back by the alphabet. */
const authored = new Map<string, unknown>();

/** Edits a document as YAML; the server's objections stand at their lines. */
export function DocumentEditor({ label, value, right, save, check, more, fresh = false, height = 380, reload }: DocumentEditorProps) {
  const { t } = useTranslation("settings");
  const may = useMay(right);
  const [start] = useState(() => written(value, authored.get(label)));
  const [text, setText] = useState(start);
  const [faults, setFaults] = useState<readonly Fault[] | null>(null);
  const parsed = read(text);
  const broken = parsed.markers.length > 0;
  const saving = useMutation({
    mutationFn: () => {
      authored.set(label, parsed.value);
      return save(parsed.value);
    },
    onSuccess: () => toast.done(t("document.saved")),
    onError: (error) => setFaults(error instanceof ApiError ? error.places().map(({ place = "", message }) => ({ place, message })) : []),
  });
  const checking = useMutation({ mutationFn: async () => (check ? check(parsed.value) : []), onSuccess: setFaults });
  const conflict = saving.error instanceof ApiError && saving.error.isConflict;
  function change(next: string): void {
    setText(next);
    setFaults(null);
    saving.reset();
    checking.reset();
  }
  const run = (): void => {
    if (may && !broken && (fresh || text !== start)) saving.mutate();
  };
  return (
    <Locked right={right}>
      <Stack gap="sm">
        <CodeEditor language="yaml" label={label} height={height} value={text} readOnly={!may} onChange={change} markers={broken ? parsed.markers : faults ? marked(text, faults) : []} onSave={run} />
        <div role="status">
          {broken && (
            <Text size="sm" c="red">
              {t("document.broken", { line: parsed.markers[0]?.line ?? 1, message: parsed.markers[0]?.message ?? "" })}
            </Text>
          )}
          {faults && faults.length > 0 && (
            <Stack gap={2}>
              {faults.map(({ place, message }) => (
                <Text key={`${place}${message}`} size="sm" c="red">
                  {place ? `${place}: ${message}` : message}
                </Text>
              ))}
            </Stack>
          )}
          {faults?.length === 0 && checking.isSuccess && (
            <Text size="sm" c="teal">
              {t("document.fine")}
            </Text>
          )}
        </div>
        {saving.error && (faults?.length ?? 0) === 0 && <Failure error={saving.error} />}
        {checking.error && <Failure error={checking.error} />}
        {conflict && reload && (
          <Alert color="yellow" variant="light">
            <Group justify="space-between">
              <Text size="sm">{t("document.conflict")}</Text>
              <Button size="xs" variant="default" onClick={reload}>
                {t("document.reload")}
              </Button>
            </Group>
          </Alert>
        )}
        {may && (
          <Group justify="flex-end">
            {!broken && more?.(parsed.value)}
            {check && (
              <Button variant="default" disabled={broken} loading={checking.isPending} onClick={() => checking.mutate()}>
                {t("document.check")}
              </Button>
            )}
            <Button disabled={broken || (!fresh && text === start)} loading={saving.isPending} onClick={run}>
              {t("save")}
            </Button>
          </Group>
        )}
      </Stack>
    </Locked>
  );
}
