import { Anchor, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSources, type Source } from "@/api/sources";
import { DataTable } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import { useMay } from "@/session/me";
import { Denied } from "../Denied";
import { NewSource } from "./NewSource";
import { SourceView } from "./SourceView";

/** Where events come from: websites and apps by write keys, other services by webhooks. */
export function Sources() {
  const may = useMay("edit");
  const [{ q, open }, set] = useUrlState({ q: "", open: "" });
  if (!may) return <Denied right="edit" />;
  if (open) return <SourceView id={open} onBack={() => set({ open: "" })} />;
  return <SourceList q={q} onSearch={(text) => set({ q: text }, { replace: true })} onOpen={(id) => set({ open: id })} />;
}

function SourceList({ q, onSearch, onOpen }: { q: string; onSearch: (q: string) => void; onOpen: (id: string) => void }) {
  const { t } = useTranslation("settings");
  const list = useSources(q);
  const [making, setMaking] = useState(false);
  const add = (
    <MayButton right="administer" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("source.add")}
    </MayButton>
  );
  return (
    <>
      <DataTable<Source>
        label={t("section.sources.title")}
        list={list}
        rowKey={(row) => row.id}
        onOpen={(row) => onOpen(row.id)}
        filters={
          <>
            <SearchField value={q} onChange={onSearch} label={t("source.search")} />
            <div style={{ marginInlineStart: "auto" }}>{add}</div>
          </>
        }
        filtered={q !== ""}
        onClearFilters={() => onSearch("")}
        empty={
          <EmptyState art="signal" title={t("source.empty")} text={t("source.empty_text")}>
            {add}
          </EmptyState>
        }
        columns={[
          {
            key: "name",
            title: t("source.name"),
            cell: (row) => (
              <>
                <Anchor component="button" type="button" fw={600} size="sm" onClick={() => onOpen(row.id)}>
                  {row.name || row.id}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {row.description || row.id}
                </Text>
              </>
            ),
          },
          { key: "kind", title: t("source.kind"), cell: (row) => (row.kind === "tracking" ? t("source.tracking") : t("source.webhook", { scheme: t(`verify.schemes.${row.kind}` as "verify.schemes.hmac") })) },
          { key: "keys", title: t("source.keys"), align: "right", cell: (row) => row.write_keys },
        ]}
      />
      <NewSource opened={making} onClose={() => setMaking(false)} onMade={onOpen} />
    </>
  );
}
