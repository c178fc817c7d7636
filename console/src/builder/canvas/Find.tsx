import { ActionIcon, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconSearch, IconX } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { findNodes } from "../model/search";
import { lookupOf } from "../model/lookup";
import { useBuilder, useBuilderStore, useViews } from "../store/context";
import classes from "./Canvas.module.css";

/** Searches the steps; each hit is selected and brought into view. */
export function Find({ onShow, onClose }: { onShow: (id: string) => void; onClose: () => void }) {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const views = useViews();
  const graph = useBuilder((state) => state.graph);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => {
    const { nodes } = lookupOf(graph);
    return findNodes(graph, query, (id) => {
      const node = nodes.get(id);
      return node === undefined ? { title: "", summary: "" } : views.of(node);
    });
  }, [graph, query, views]);
  const go = (index: number, hits = found): void => {
    const next = hits.length === 0 ? 0 : (index + hits.length) % hits.length;
    setAt(next);
    const id = hits[next];
    if (id === undefined) return;
    store.getState().do.select([id]);
    onShow(id);
  };
  return (
    <div className={classes["find"]} role="search">
      <TextInput
        autoFocus
        size="xs"
        w={220}
        aria-label={t("canvas.search")}
        placeholder={t("canvas.search")}
        leftSection={<IconSearch size={14} />}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter") go(event.shiftKey ? at - 1 : query !== "" && store.getState().selected.has(found[at] ?? "") ? at + 1 : at);
          if (event.key === "Escape") onClose();
        }}
      />
      <span className={classes["findCount"]} role="status">
        {query === "" ? "" : found.length === 0 ? t("canvas.search_none") : t("canvas.search_count", { at: at + 1, count: found.length })}
      </span>
      <ActionIcon size={24} aria-label={t("canvas.previous")} disabled={found.length === 0} onClick={() => go(at - 1)}>
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon size={24} aria-label={t("canvas.next")} disabled={found.length === 0} onClick={() => go(at + 1)}>
        <IconChevronDown size={16} />
      </ActionIcon>
      <ActionIcon size={24} aria-label={t("canvas.close")} onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  );
}
