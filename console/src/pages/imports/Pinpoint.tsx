import { Alert, Button, Card, Checkbox, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { imports, type PinpointSegment } from "@/api/imports";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { useMay } from "@/session/me";
import { Drop } from "./Drop";

/** Segments saved from Amazon Pinpoint: translated, looked at, made. Its endpoints come in by the import. */
export function Pinpoint() {
  const { t } = useTranslation("imports");
  const may = useMay("edit");
  const [documents, setDocuments] = useState<unknown[]>([]);
  const [gaps, setGaps] = useState(false);
  const ask = useMutation({ mutationFn: ({ sent, create }: { sent: unknown[]; create: boolean }) => imports.pinpoint(sent, create, gaps) });
  const found: readonly PinpointSegment[] = ask.data?.items ?? [];
  async function take(files: File[]): Promise<void> {
    const read: unknown[] = [];
    for (const file of files) {
      // A file that is no JSON is refused by the server, with its own words.
      read.push(jsonOr(await file.text()));
    }
    setDocuments(read);
    ask.mutate({ sent: read, create: false });
  }
  const ready = found.filter((one) => !one.created && (one.complete || gaps)).length;
  return (
    <Stack gap="md">
      <Card padding="md">
        <Group justify="space-between">
          <div>
            <Title order={2}>{t("pinpoint.endpoints")}</Title>
            <Text size="sm" c="dimmed">
              {t("pinpoint.endpoints_text")}
            </Text>
          </div>
          {may && (
            <Button component={Link} to="/imports/new" variant="default">
              {t("import.button")}
            </Button>
          )}
        </Group>
      </Card>
      <Title order={2}>{t("pinpoint.segments")}</Title>
      {may ? <Drop accept=".json" text={t("pinpoint.text")} onFiles={(files) => void take(files)} multiple /> : <Alert>{t("pinpoint.viewer")}</Alert>}
      {ask.error && <Failure error={ask.error} />}
      {found.length > 0 && (
        <Card padding={0}>
          <Table horizontalSpacing="md" verticalSpacing={10} aria-label={t("pinpoint.segments")}>
            <Table.Tbody>
              {found.map((one) => (
                <Table.Tr key={one.source}>
                  <Table.Td>
                    <Text size="sm" fw={550}>
                      {typeof one.document["name"] === "string" ? one.document["name"] : one.source}
                    </Text>
                    {typeof one.document["condition"] === "string" && (
                      <Text size="xs" c="dimmed" ff="monospace">
                        {one.document["condition"]}
                      </Text>
                    )}
                    {[...one.gaps, ...one.notes, ...one.problems].map((gap) => (
                      <Text key={gap.message} size="xs" c="var(--warn)">
                        {gap.message}
                      </Text>
                    ))}
                  </Table.Td>
                  <Table.Td ta="right" w={150}>
                    <StatusBadge tone={one.created ? "good" : one.complete ? "info" : "warn"}>{t(one.created ? "pinpoint.made" : one.complete ? "pinpoint.complete" : "pinpoint.gaps")}</StatusBadge>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Group justify="flex-end" p="md">
            <Checkbox label={t("pinpoint.with_gaps")} checked={gaps} onChange={(event) => setGaps(event.currentTarget.checked)} />
            <MayButton right="edit" disabled={ready === 0} loading={ask.isPending} onClick={() => ask.mutate({ sent: documents, create: true })}>
              {t("pinpoint.make", { count: ready })}
            </MayButton>
          </Group>
        </Card>
      )}
    </Stack>
  );
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
