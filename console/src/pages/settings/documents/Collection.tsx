import { Anchor, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useKept, useSummaries, type Fault, type Json, type Kept } from "@/api/documents";
import { keys, type Listed } from "@/api/queries";
import type { ArtName } from "@/kit/Art";
import { Confirm } from "@/kit/Confirm";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import type { Right } from "@/session/roles";
import { Card, Loaded } from "../Card";
import { DocumentEditor } from "./DocumentEditor";

export type CollectionName = "scoring" | "sequences" | "forms" | "catalogs";

export interface CollectionProps<T extends { id: string; name: string }> {
  name: CollectionName;
  art: ArtName;
  right: Right;
  columns: readonly Column<T>[];
  list: (q: string, cursor: string, signal: AbortSignal) => Promise<Listed<T>>;
  read: (id: string, signal: AbortSignal) => Promise<Kept>;
  create: (document: Json) => Promise<unknown>;
  update: (id: string, document: Json, rev: number) => Promise<unknown>;
  remove: (id: string, rev: number) => Promise<unknown>;
  check?: (document: Json) => Promise<readonly Fault[]>;
  /** What a new one starts from. */
  start: Json;
  more?: (value: unknown) => ReactNode;
  /** Cards below the editor. */
  below?: (id: string, kept: Kept) => ReactNode;
  searchable?: boolean;
}

const NEW = "~new";

/** Documents of one kind: a list, and an editor for each. */
export function Collection<T extends { id: string; name: string }>(props: CollectionProps<T>) {
  const [{ q, open }, set] = useUrlState({ q: "", open: "" });
  if (open === NEW) return <NewOne {...props} onBack={() => set({ open: "" })} onMade={(id) => set({ open: id }, { replace: true })} />;
  if (open) return <One key={open} {...props} id={open} onBack={() => set({ open: "" })} />;
  return <All {...props} q={q} onSearch={(text) => set({ q: text }, { replace: true })} onOpen={(id) => set({ open: id })} />;
}

function All<T extends { id: string; name: string }>({ name, art, right, columns, list, searchable = true, q, onSearch, onOpen }: CollectionProps<T> & { q: string; onSearch: (q: string) => void; onOpen: (id: string) => void }) {
  const { t } = useTranslation("settings");
  const rows = useSummaries(name, q, (cursor, signal) => list(q, cursor, signal));
  const add = (
    <MayButton right={right} leftSection={<IconPlus size={16} />} onClick={() => onOpen(NEW)}>
      {t(`collection.${name}.add`)}
    </MayButton>
  );
  return (
    <DataTable<T>
      label={t(`section.${name}.title`)}
      list={rows}
      rowKey={(row) => row.id}
      onOpen={(row) => onOpen(row.id)}
      filtered={q !== ""}
      onClearFilters={() => onSearch("")}
      filters={
        <>
          {searchable && <SearchField value={q} onChange={onSearch} label={t("collection.search")} />}
          <div style={{ marginInlineStart: "auto" }}>{add}</div>
        </>
      }
      empty={
        <EmptyState art={art} title={t(`collection.${name}.empty`)} text={t(`collection.${name}.why`)}>
          {add}
        </EmptyState>
      }
      columns={[
        {
          key: "name",
          title: t("collection.name"),
          cell: (row) => (
            <>
              <Anchor component="button" type="button" size="sm" fw={600} onClick={() => onOpen(row.id)}>
                {row.name || row.id}
              </Anchor>
              <Text size="xs" c="dimmed">
                {row.id}
              </Text>
            </>
          ),
        },
        ...columns,
      ]}
    />
  );
}

function Back({ label, onBack }: { label: string; onBack: () => void }) {
  return (
    <Anchor component="button" type="button" size="sm" w="fit-content" onClick={onBack}>
      <Group gap={6} component="span">
        <IconArrowLeft size={16} aria-hidden />
        {label}
      </Group>
    </Anchor>
  );
}

function asDocument(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function nameOf(value: unknown): string {
  const { name } = asDocument(value);
  return typeof name === "string" ? name : "";
}

function NewOne<T extends { id: string; name: string }>({ name, right, start, create, check, more, onBack, onMade }: CollectionProps<T> & { onBack: () => void; onMade: (id: string) => void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  return (
    <>
      <Back label={t(`section.${name}.title`)} onBack={onBack} />
      <Card title={t(`collection.${name}.add`)} text={t("document.text")}>
        <DocumentEditor
          fresh
          label={t(`collection.${name}.add`)}
          value={start}
          right={right}
          {...(check ? { check: (value: unknown) => check(asDocument(value)) } : {})}
          {...(more ? { more } : {})}
          save={async (value) => {
            await create(asDocument(value));
            await client.invalidateQueries({ queryKey: keys.of("documents", name) });
            onMade(String(asDocument(value)["id"]));
          }}
        />
      </Card>
    </>
  );
}

function One<T extends { id: string; name: string }>({ name, right, id, read, update, remove, check, more, below, onBack }: CollectionProps<T> & { id: string; onBack: () => void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const kept = useKept(`${name}/${id}`, (signal) => read(id, signal));
  const [deleting, setDeleting] = useState(false);
  const again = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: keys.of("documents", `${name}/${id}`) });
    await client.invalidateQueries({ queryKey: keys.of("documents", name) });
  };
  return (
    <>
      <Back label={t(`section.${name}.title`)} onBack={onBack} />
      <Loaded query={kept} height={420}>
        {(found) => (
          <>
            <Card
              title={nameOf(found.document) || id}
              text={t("document.text")}
              actions={
                <MayButton right={right} size="xs" variant="default" leftSection={<IconTrash size={14} />} onClick={() => setDeleting(true)}>
                  {t("collection.delete")}
                </MayButton>
              }
            >
              <DocumentEditor
                key={`${found.rev}-${kept.dataUpdatedAt}`}
                label={id}
                value={found.document}
                right={right}
                reload={() => void again()}
                {...(check ? { check: (value: unknown) => check(asDocument(value)) } : {})}
                {...(more ? { more } : {})}
                save={async (value) => {
                  await update(id, asDocument(value), found.rev);
                  await again();
                }}
              />
            </Card>
            {below?.(id, found)}
            <Confirm
              opened={deleting}
              onClose={() => setDeleting(false)}
              title={t("collection.delete")}
              action={t("collection.delete")}
              danger
              phrase={id}
              onConfirm={async () => {
                await remove(id, found.rev);
                onBack();
                await client.invalidateQueries({ queryKey: keys.of("documents", name) });
              }}
            >
              {t(`collection.${name}.delete_text`)}
            </Confirm>
          </>
        )}
      </Loaded>
    </>
  );
}
