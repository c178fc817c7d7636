import { ActionIcon, Button, FileButton, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Schemas } from "@/api/documents";
import { keys, useCursorList } from "@/api/queries";
import { Failure } from "@/kit/Confirm";
import { DataTable } from "@/kit/DataTable";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { toast } from "@/kit/toast";
import { When } from "@/kit/When";
import { useMay } from "@/session/me";
import { Card } from "../Card";

type Item = Schemas["Item"];

/** What is in a catalog; more comes as NDJSON or CSV, typed or from a file. */
export function CatalogItems({ catalog }: { catalog: string }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const may = useMay("edit");
  const [q, setQ] = useState("");
  const [adding, setAdding] = useState(false);
  const key = keys.of("documents", `catalogs/${catalog}`, "items");
  const list = useCursorList<Item>([...key, q], (cursor, signal) => body(api.GET("/api/v1/catalogs/{catalog}/items", { params: { path: { catalog }, query: { q, cursor } }, signal })));
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: key });
  const remove = useMutation({
    mutationFn: (item: string) => body(api.DELETE("/api/v1/catalogs/{catalog}/items/{item}", { params: { path: { catalog, item } } })),
    onSuccess: again,
    onError: toast.failed,
  });
  return (
    <Card
      title={t("items.title")}
      actions={
        <MayButton right="edit" size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          {t("items.add")}
        </MayButton>
      }
    >
      <DataTable<Item>
        label={t("items.title")}
        list={list}
        rowKey={(row) => row.id}
        filters={<SearchField value={q} onChange={setQ} label={t("items.search")} />}
        filtered={q !== ""}
        onClearFilters={() => setQ("")}
        empty={
          <Text p="lg" size="sm" c="dimmed" ta="center">
            {t("items.none")}
          </Text>
        }
        columns={[
          { key: "id", title: t("items.id"), cell: (row) => row.id },
          {
            key: "fields",
            title: t("items.fields"),
            cell: (row) => (
              <Text size="sm" lineClamp={2}>
                {Object.entries(row.fields)
                  .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
                  .join(" · ")}
              </Text>
            ),
          },
          { key: "at", title: t("collection.changed"), cell: (row) => <When at={row.updated_at} size="sm" />, wideOnly: true },
        ]}
        {...(may
          ? {
              actions: (row: Item) => (
                <ActionIcon aria-label={t("items.remove", { id: row.id })} disabled={remove.isPending} onClick={() => remove.mutate(row.id)}>
                  <IconTrash size={16} />
                </ActionIcon>
              ),
            }
          : {})}
      />
      <Modal opened={adding} onClose={() => setAdding(false)} size="lg" title={t("items.add")} closeButtonProps={{ "aria-label": t("close") }}>
        <AddItems
          catalog={catalog}
          onDone={() => {
            setAdding(false);
            void again();
          }}
        />
      </Modal>
    </Card>
  );
}

function AddItems({ catalog, onDone }: { catalog: string; onDone: () => void }) {
  const { t } = useTranslation("settings");
  const [text, setText] = useState("");
  const write = useMutation({
    mutationFn: () =>
      body(api.POST("/api/v1/catalogs/{catalog}/items", { params: { path: { catalog } }, body: { quiet: false, ...(text.trimStart().startsWith("{") ? { ndjson: text } : { csv: text }) } })),
    onSuccess: () => {
      toast.done(t("items.written"));
      onDone();
    },
  });
  return (
    <Stack>
      <Textarea data-autofocus autosize minRows={8} maxRows={18} label={t("items.text")} description={t("items.text_hint")} placeholder={'{"id": "shoe-42", "name": "Shoe", "price": 79.9}'} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {write.error && <Failure error={write.error} />}
      <Group justify="space-between">
        <FileButton accept=".csv,.ndjson,.jsonl,.json" onChange={(file) => file && void file.text().then(setText)}>
          {(button) => (
            <Button {...button} variant="default">
              {t("items.file")}
            </Button>
          )}
        </FileButton>
        <Button disabled={text.trim() === ""} loading={write.isPending} onClick={() => write.mutate()}>
          {t("items.add")}
        </Button>
      </Group>
    </Stack>
  );
}
