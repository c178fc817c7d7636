/** Asks the server's checks a moment after each change; an older answer never beats a newer one. */
import { useEffect, useState } from "react";
import { asApiError } from "@/api/error";
import { checkGraph } from "./api";
import type { Graph } from "./model/types";
import type { BuilderStore } from "./store/store";

const DELAY_MS = 500;

export function useServerChecks(store: BuilderStore): { readonly checking: boolean; readonly failed: string } {
  const [checking, setChecking] = useState(false);
  const [failed, setFailed] = useState("");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = new AbortController();
    const ask = async (graph: Graph): Promise<void> => {
      asking = new AbortController();
      const { signal } = asking;
      setChecking(true);
      try {
        const found = await checkGraph(graph, signal);
        if (signal.aborted) return;
        store.getState().do.checkedBy(graph, found);
        setFailed("");
        setChecking(false);
      } catch (fault) {
        if (signal.aborted) return;
        setFailed(asApiError(fault).message);
        setChecking(false);
      }
    };
    const soon = (graph: Graph, ms: number): void => {
      clearTimeout(timer);
      asking.abort();
      if (graph.nodes.length === 0) setChecking(false);
      else timer = setTimeout(() => void ask(graph), ms);
    };
    soon(store.getState().graph, 0);
    const stop = store.subscribe((state, before) => {
      if (state.graph !== before.graph) soon(state.graph, DELAY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
      asking.abort();
    };
  }, [store]);
  return { checking, failed };
}
