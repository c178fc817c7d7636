import { Button, Checkbox, FileButton, Group, Select, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconDownload, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Schemas } from "@/api/documents";
import { keys } from "@/api/queries";
import { CodeEditor } from "@/kit/CodeEditor";
import { Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { Card } from "../Card";

type Difference = Schemas["BundleDifference"];

/** Workflows with all that they name, from one environment to the next. */
export function Environments() {
  return (
    <>
      <Export />
      <Import />
    </>
  );
}

function Export() {
  const { t } = useTranslation("settings");
  const [workflow, setWorkflow] = useState<string | null>(null);
  const list = useQuery({
    queryKey: keys.of("workflows", "names"),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/workflows", { params: { query: { limit: 200 } }, signal }))).items.map(({ id, name }) => ({ value: id, label: name || id })),
  });
  const fetching = useMutation({
    mutationFn: (id: string) => body(api.GET("/api/v1/workflows/{workflow}/bundle", { params: { path: { workflow: id } } })),
    onSuccess: ({ yaml }, id) => download(`${id}.bundle.yaml`, yaml),
  });
  return (
    <Card title={t("bundle.export")} text={t("bundle.export_text")}>
      <Group align="flex-end">
        <Select label={t("bundle.workflow")} searchable w={320} data={list.data ?? []} value={workflow} onChange={setWorkflow} nothingFoundMessage={t("nothing")} />
        <Button variant="default" leftSection={<IconDownload size={16} />} disabled={workflow === null} loading={fetching.isPending} onClick={() => workflow !== null && fetching.mutate(workflow)}>
          {t("bundle.download")}
        </Button>
      </Group>
      {(fetching.error ?? list.error) && <Failure error={fetching.error ?? list.error} />}
    </Card>
  );
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** What must be said yes to before it is replaced. */
export function replaceable(differences: readonly Difference[]): string[] {
  return differences.filter(({ action }) => action === "update").map(({ kind, id }) => `${kind}/${id}`);
}

function Import() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const [yaml, setYaml] = useState("");
  const [replace, setReplace] = useState<string[]>([]);
  const preview = useMutation({
    mutationFn: async () => (await body(api.POST("/api/v1/bundles/preview", { body: { yaml } }))).items,
    onSuccess: (found) => setReplace(replaceable(found)),
  });
  const take = useMutation({
    mutationFn: () => body(api.POST("/api/v1/bundles", { body: { yaml, replace } })),
    onSuccess: async () => {
      toast.done(t("bundle.taken"));
      preview.reset();
      setYaml("");
      await client.invalidateQueries();
    },
  });
  function change(text: string): void {
    setYaml(text);
    preview.reset();
    take.reset();
  }
  const blocked = preview.data?.some(({ kind, id, action }) => action === "conflict" || (action === "update" && !replace.includes(`${kind}/${id}`))) ?? true;
  return (
    <Card title={t("bundle.import")} text={t("bundle.import_text")}>
      <Stack>
        <Group>
          <FileButton accept=".yaml,.yml" onChange={(file) => file && void file.text().then(change)}>
            {(button) => (
              <Button {...button} variant="default" leftSection={<IconUpload size={16} />}>
                {t("bundle.file")}
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="dimmed">
            {t("bundle.or_paste")}
          </Text>
        </Group>
        <CodeEditor language="yaml" label={t("bundle.import")} height={220} value={yaml} onChange={change} />
        <Group justify="flex-end">
          <Button variant="default" disabled={yaml.trim() === ""} loading={preview.isPending} onClick={() => preview.mutate()}>
            {t("bundle.preview")}
          </Button>
          <MayButton right="edit" disabled={blocked} loading={take.isPending} onClick={() => take.mutate()}>
            {t("bundle.take")}
          </MayButton>
        </Group>
        {(preview.error ?? take.error) && <Failure error={preview.error ?? take.error} />}
        {preview.data && <Differences list={preview.data} replace={replace} onReplace={setReplace} />}
      </Stack>
    </Card>
  );
}

const TONES: Record<Difference["action"], Tone> = { create: "good", update: "warn", same: "quiet", conflict: "bad" };

function Differences({ list, replace, onReplace }: { list: readonly Difference[]; replace: string[]; onReplace: (replace: string[]) => void }) {
  const { t } = useTranslation("settings");
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label={t("bundle.preview")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("bundle.what")}</Table.Th>
            <Table.Th>{t("bundle.does")}</Table.Th>
            <Table.Th>{t("bundle.fields")}</Table.Th>
            <Table.Th>{t("bundle.replace")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.map((one) => {
            const name = `${one.kind}/${one.id}`;
            return (
              <Table.Tr key={name}>
                <Table.Td>
                  <Text size="sm">{one.name || one.id}</Text>
                  <Text size="xs" c="dimmed">
                    {t(`bundle.kinds.${one.kind}`)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <StatusBadge tone={TONES[one.action]}>{t(`bundle.actions.${one.action}`)}</StatusBadge>
                  {one.reason && (
                    <Text size="xs" c="dimmed">
                      {one.reason}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Text size="xs" c="dimmed" lineClamp={2}>
                    {one.fields.join(", ") || "—"}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {one.action === "update" && (
                    <Checkbox aria-label={t("bundle.replace_one", { name: one.name || one.id })} checked={replace.includes(name)} onChange={(event) => onReplace(event.currentTarget.checked ? [...replace, name] : replace.filter((other) => other !== name))} />
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
