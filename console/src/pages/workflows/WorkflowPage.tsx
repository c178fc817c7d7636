import { Center, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { heldOf, useCatalogue, useDraft, type WorkflowDraft } from "@/builder/api";
import { keptDirection } from "@/builder/canvas/commands";
import { placed } from "@/builder/GraphView";
import { guessDirection } from "@/builder/layout/missing";
import { sameGraph } from "@/builder/model/document";
import type { Catalogue } from "@/builder/model/types";
import { type Kept, kept, keyOf } from "@/builder/saving/kept";
import type { Held } from "@/builder/saving/saver";
import { BuilderProvider } from "@/builder/store/context";
import { type BuilderStore, createBuilder } from "@/builder/store/store";
import { ErrorState } from "@/kit/ErrorState";
import { useMay, useMe } from "@/session/me";
import { Editor } from "./Editor";

/** A workflow: build it, try it, watch it. */
export default function WorkflowPage() {
  const { t } = useTranslation("builder");
  const { workflow } = useParams({ from: "/shell/workflows/$workflow" });
  const draft = useDraft(workflow);
  const catalogue = useCatalogue();
  useDocumentTitle(`${draft.data?.name || workflow} · Stepwell`);
  const error = draft.data === undefined ? draft.error : catalogue.error;
  if (draft.data !== undefined && catalogue.data !== undefined) return <Opening key={workflow} draft={draft.data} catalogue={catalogue.data} />;
  return (
    <Center mih="60vh">
      {error === null ? <Loader type="dots" role="status" aria-label={t("page.loading")} /> : <ErrorState error={error} again={() => void Promise.all([draft.refetch(), catalogue.refetch()])} />}
    </Center>
  );
}

interface Opened {
  readonly store: BuilderStore;
  readonly start: Held;
  readonly recovered: Kept | null;
}

/** Places what has no place, takes up what was not saved last time, then mounts the editor. */
function Opening({ draft, catalogue }: { draft: WorkflowDraft; catalogue: Catalogue }) {
  const { t } = useTranslation("builder");
  const { tenant } = useMe();
  const may = useMay("edit");
  const readOnly = !may || draft.managed_by !== "";
  const key = keyOf(tenant, draft.id);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [first] = useState(draft);
  useEffect(() => {
    let current = true;
    const open = async (): Promise<void> => {
      const found = heldOf(first);
      const unsaved = readOnly ? null : kept(key);
      const recovered = unsaved !== null && !sameGraph(unsaved.graph, found.graph) ? unsaved : null;
      const drawn = recovered?.graph ?? found.graph;
      const graph = await placed(drawn, catalogue);
      if (!current) return;
      const direction = guessDirection(drawn) ?? keptDirection();
      // Places that the layout found are no change of anybody's: the base has them too.
      const base = recovered === null ? graph : recovered.base;
      setOpened({ store: createBuilder({ graph, catalogue, direction, readOnly }), start: { ...found, graph: base, rev: recovered?.rev ?? found.rev }, recovered });
    };
    void open();
    return () => {
      current = false;
    };
  }, [first, catalogue, key, readOnly]);
  if (opened === null) {
    return (
      <Center mih="60vh">
        <Loader type="dots" role="status" aria-label={t("page.loading")} />
      </Center>
    );
  }
  return (
    <BuilderProvider store={opened.store}>
      <Editor store={opened.store} draft={draft} catalogue={catalogue} start={opened.start} recovered={opened.recovered} keyOfKept={key} />
    </BuilderProvider>
  );
}
