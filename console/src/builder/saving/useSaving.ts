/** Joins the store with the saver: what changes is saved, what somebody else saved is taken over when nothing is at stake. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { asApiError } from "@/api/error";
import { draftKey, heldOf, readDraft, saveDraft, type WorkflowDraft } from "../api";
import type { BuilderStore } from "../store/store";
import { keep } from "./kept";
import { type Held, Saver, type SaveState } from "./saver";

export interface Saving {
  readonly state: SaveState;
  readonly saver: Saver;
}

export function useSaving(store: BuilderStore, id: string, draft: WorkflowDraft, start: Held, key: string): Saving {
  const client = useQueryClient();
  const [state, setState] = useState<SaveState>({ kind: "saved", at: start.at });
  const saver = useMemo(() => {
    const took = (next: WorkflowDraft): Held => {
      client.setQueryData(draftKey(id), next);
      void client.invalidateQueries({ queryKey: ["workflows", "list"] });
      return heldOf(next);
    };
    return new Saver(start, {
      put: async (graph, rev) => took(await saveDraft(id, graph, rev)),
      read: async () => took(await readDraft(id)),
      why: (fault) => {
        const { status, code, message } = asApiError(fault);
        const kind = code === "stale_rev" ? "conflict" : status === 0 || status === 429 || status >= 500 ? "offline" : "refused";
        return { kind, message };
      },
      keep: (unsaved) => keep(key, unsaved, new Date()),
      tell: setState,
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one saver a mounted editor
  }, [client, id, key]);

  useEffect(() => {
    const sync = (): void => {
      if (!store.getState().readOnly) saver.changed(store.getState().graph);
    };
    sync();
    const stop = store.subscribe((now, before) => {
      if (now.graph !== before.graph) sync();
    });
    const online = (): void => void saver.flush();
    const leave = (event: BeforeUnloadEvent): void => {
      if (saver.unsaved) event.preventDefault();
    };
    window.addEventListener("online", online);
    window.addEventListener("beforeunload", leave);
    return () => {
      stop();
      window.removeEventListener("online", online);
      window.removeEventListener("beforeunload", leave);
      // Whoever goes to another page leaves nothing behind: the request goes on without the page.
      void saver.flush();
    };
  }, [store, saver]);

  useEffect(() => {
    if (draft.rev <= saver.held.rev || saver.unsaved) return;
    const theirs = heldOf(draft);
    store.getState().do.replace(theirs.graph, true);
    saver.rebase(theirs);
  }, [draft, store, saver]);

  return { state, saver };
}
