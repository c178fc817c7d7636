import { Button, Card, Group, Progress, SegmentedControl, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { imports, upload, useImportsChanged, type ImportKind } from "@/api/imports";
import { Failure } from "@/kit/Confirm";
import { amountText } from "@/kit/Amount";
import { useUrlState } from "@/kit/useUrlState";
import { Drop } from "./Drop";
import { startWith } from "./kept";
import { MOST_BYTES, formatOf, sizeText } from "./files";

const KINDS = ["profiles", "events", "pinpoint"] as const;

/** The first step: which file; it goes straight to storage. */
export function Upload() {
  const { t, i18n } = useTranslation("imports");
  const navigate = useNavigate();
  const changed = useImportsChanged();
  const [{ segment }] = useUrlState({ segment: "" });
  const [kind, setKind] = useState<ImportKind>("profiles");
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  async function take(chosen: File): Promise<void> {
    const format = kind === "pinpoint" ? "ndjson" : formatOf(chosen.name);
    setError(null);
    if (chosen.size === 0 || chosen.size > MOST_BYTES[format]) {
      setError(new Error(t(chosen.size === 0 ? "drop.empty" : "drop.large", { most: sizeText(MOST_BYTES[format], i18n.language) })));
      return;
    }
    setFile(chosen);
    setShare(0);
    const control = new AbortController();
    stop.current = control;
    try {
      const job = await imports.create({ name: chosen.name, size: chosen.size, kind, format });
      startWith(job.id, segment);
      await upload(job.upload.url, chosen, setShare, control.signal);
      await navigate({ to: "/imports/$import", params: { import: job.id }, replace: true });
      await changed();
    } catch (failure) {
      if (!control.signal.aborted) setError(failure);
      setFile(null);
    }
  }
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("kind.label")}
        </Text>
        <SegmentedControl
          value={kind}
          disabled={file !== null}
          onChange={(value) => setKind(KINDS.find((one) => one === value) ?? "profiles")}
          data={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          aria-label={t("kind.label")}
        />
        <Text size="xs" c="dimmed" mt={6}>
          {t(`kind.about.${kind}`)}
        </Text>
      </div>
      {file ? (
        <Card padding="lg">
          <Group justify="space-between" mb={8}>
            <Text fw={550}>{file.name}</Text>
            <Text size="sm" c="dimmed" className="tabular">
              {sizeText(file.size, i18n.language)}
            </Text>
          </Group>
          <Progress value={share * 100} animated aria-label={t("drop.sending", { share: amountText(share, i18n.language, "percent", "USD", 0) })} />
          <Group justify="space-between" mt={8}>
            <Text size="sm" c="dimmed" role="status">
              {t(share < 1 ? "drop.sending" : "drop.reading", { share: amountText(share, i18n.language, "percent", "USD", 0) })}
            </Text>
            <Button size="xs" variant="default" onClick={() => stop.current?.abort()}>
              {t("cancel")}
            </Button>
          </Group>
        </Card>
      ) : (
        <Drop accept={kind === "pinpoint" ? ".json,.jsonl,.ndjson" : ".csv,.tsv,.txt,.ndjson,.jsonl,.parquet"} text={t("drop.text")} onFiles={([first]) => first && void take(first)} />
      )}
      {error !== null && <Failure error={error} />}
    </Stack>
  );
}
