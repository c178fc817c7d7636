/** The mounted builder: its store, and how it speaks of nodes in the reader's language. */
import { createContext, type ReactNode, use, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useShallow } from "zustand/shallow";
import { viewsOf, type NodeTongue, type NodeView, type Views } from "../model/views";
import { lookupOf } from "../model/lookup";
import type { Say } from "../model/words";
import type { Builder, BuilderActions, BuilderStore } from "./store";

interface Mounted {
  readonly store: BuilderStore;
  readonly views: Views;
}

const BuilderContext = createContext<Mounted | null>(null);

/** The reader's own form of the language: en-GB and en-US write times differently. */
function localeOf(language: string): string {
  return navigator.languages.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
}

/** Texts by keys that are put together at run time; the keys of a model are checked by its tests. */
export function useTongue(): NodeTongue {
  const { t, i18n } = useTranslation(["builder", "nodes"]);
  return useMemo(() => {
    const loose = t as unknown as (key: string, values?: object) => string;
    const say: Say = (key, values) => loose(`builder:${key}`, values);
    const sayNode: Say = (key, values) => loose(`nodes:${key}`, values);
    return { say, sayNode, knows: (key) => i18n.exists(`nodes:${key}`), locale: localeOf(i18n.language) };
  }, [t, i18n]);
}

export function BuilderProvider({ store, children }: { store: BuilderStore; children: ReactNode }) {
  const tongue = useTongue();
  const catalogue = useStore(store, (state) => state.catalogue);
  const direction = useStore(store, (state) => state.direction);
  const mounted = useMemo(() => ({ store, views: viewsOf(catalogue, direction, tongue) }), [store, catalogue, direction, tongue]);
  return <BuilderContext value={mounted}>{children}</BuilderContext>;
}

function useMounted(): Mounted {
  const mounted = use(BuilderContext);
  if (mounted === null) throw new Error("A part of the builder needs a BuilderProvider.");
  return mounted;
}

export function useBuilderStore(): BuilderStore {
  return useMounted().store;
}

export function useViews(): Views {
  return useMounted().views;
}

export function useBuilder<T>(pick: (state: Builder) => T): T {
  return useStore(useMounted().store, pick);
}

export function useBuilderShallow<T>(pick: (state: Builder) => T): T {
  return useStore(useMounted().store, useShallow(pick));
}

export function useActions(): BuilderActions {
  return useMounted().store.getState().do;
}

/** What the canvas shows of a node; null when there is no such node (any more). */
export function useNodeView(id: string): NodeView | null {
  const { store, views } = useMounted();
  const node = useStore(store, (state) => lookupOf(state.graph).nodes.get(id));
  return node === undefined ? null : views.of(node);
}
