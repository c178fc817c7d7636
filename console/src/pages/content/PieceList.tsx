import { Anchor, Code, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePieces, type PieceSummary, type Shelf } from "@/api/content";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { callOf } from "./calls";
import { NewPiece } from "./NewPiece";

const ART = { snippets: "file", blocks: "flow", sources: "signal" } as const;

/** All snippets, blocks or sources of the workspace. */
export function PieceList({ shelf }: { shelf: Shelf }) {
  const { t } = useTranslation("content");
  const navigate = useNavigate();
  const [{ q }, set] = useUrlState({ q: "" });
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = usePieces(shelf);
  const wanted = q.toLocaleLowerCase();
  const items = (data ?? []).filter((one) => `${one.id} ${one.name} ${one.description}`.toLocaleLowerCase().includes(wanted));
  const add = (
    <MayButton right="edit" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t(`new.${shelf}`)}
    </MayButton>
  );
  const columns: readonly Column<PieceSummary>[] = [
    {
      key: "name",
      title: t("column.name"),
      cell: (row) => (
        <div>
          <Anchor component={Link} to={`/content/${shelf}/${row.id}`} fw={600} c="inherit" size="sm">
            {row.name || row.id}
          </Anchor>
          <Text size="xs" c="dimmed" lineClamp={1} maw={420}>
            {row.description}
          </Text>
        </div>
      ),
    },
    { key: "call", title: t("column.call"), wideOnly: true, cell: (row) => <Code fz="xs">{callOf(shelf, row.id, row.dialect || "jinja2")}</Code> },
    ...(shelf === "sources" ? [] : [{ key: "dialect", title: t("column.dialect"), cell: (row: PieceSummary) => t(`dialect.${row.dialect === "handlebars" ? "handlebars" : row.dialect === "liquid" ? "liquid" : "jinja2"}`) }]),
    { key: "updated", title: t("column.updated"), cell: (row) => (row.managed_by === "git" ? t("git") : <When at={row.updated_at} />) },
  ];
  return (
    <>
      <DataTable
        label={t(`tab.${shelf}`)}
        columns={columns}
        rowKey={(row) => row.id}
        list={{ items, loading: data === undefined && error === null, stale: false, error, hasMore: false, loadingMore: false, more: () => undefined, again: () => void refetch() }}
        onOpen={(row) => void navigate({ to: "/content/$shelf/$piece", params: { shelf, piece: row.id } })}
        filters={
          <>
            <SearchField value={q} onChange={(text) => set({ q: text }, { replace: true })} label={t("search")} />
            <div style={{ marginInlineStart: "auto" }}>{add}</div>
          </>
        }
        filtered={q !== ""}
        onClearFilters={() => set({ q: "" })}
        empty={
          <EmptyState art={ART[shelf]} title={t(`empty.${shelf}.title`)} text={t(`empty.${shelf}.text`)}>
            {add}
          </EmptyState>
        }
      />
      {making ? <NewPiece shelf={shelf} onClose={() => setMaking(false)} /> : null}
    </>
  );
}
