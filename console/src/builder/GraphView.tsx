/** A workflow to look at: for live counts, versions and differences. The same canvas, nothing can be edited. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Canvas } from "./canvas/Canvas";
import { placeMissing, unplaced, guessDirection } from "./layout/missing";
import { arrange } from "./layout/layouting";
import { change, moveNodes } from "./model/edits";
import type { Catalogue, Graph } from "./model/types";
import { BuilderProvider } from "./store/context";
import { type BuilderStore, createBuilder, type Mark, type NodeCounts } from "./store/store";

interface Props {
  readonly graph: Graph;
  readonly catalogue: Catalogue;
  /** Live counts by node id. */
  readonly counts?: ReadonlyMap<string, NodeCounts>;
  /** What a comparison found, or where a contact went: by node id, and by key of a way. */
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly wayMarks?: ReadonlyMap<string, Mark>;
  readonly selected?: string;
  readonly onSelect?: (node: string | null) => void;
  readonly children?: ReactNode;
}

/** Gives every node a place: by the layout where nobody placed anything, beside their neighbours otherwise. */
export async function placed(graph: Graph, catalogue: Catalogue): Promise<Graph> {
  const direction = guessDirection(graph) ?? "down";
  if (unplaced(graph)) return change(graph, moveNodes(await arrange(graph, catalogue, direction))).graph;
  return placeMissing(graph, { catalogue, direction });
}

export function GraphView({ graph, catalogue, counts, marks, wayMarks, selected = "", onSelect, children }: Props) {
  const [store, setStore] = useState<BuilderStore | null>(null);
  const first = useRef(selected);
  useEffect(() => {
    first.current = selected;
  }, [selected]);
  useEffect(() => {
    let current = true;
    void placed(graph, catalogue).then((ready) => {
      if (!current) return;
      const made = createBuilder({ graph: ready, catalogue, direction: guessDirection(ready) ?? "down", readOnly: true });
      // Before the canvas mounts: it tells what is selected once it has mounted, and nothing would end the selection.
      if (first.current !== "") made.getState().do.select([first.current]);
      // What is only looked at is no draft: nobody mends it here.
      made.getState().do.checkedBy(ready, []);
      setStore(made);
    });
    return () => {
      current = false;
    };
  }, [graph, catalogue]);
  useEffect(() => store?.getState().do.set({ counts: counts ?? null, marks: marks ?? null, wayMarks: wayMarks ?? null }), [store, counts, marks, wayMarks]);
  useEffect(() => store?.getState().do.select(selected === "" ? [] : [selected]), [store, selected]);
  useEffect(
    () =>
      store?.subscribe((state, before) => {
        if (state.selected !== before.selected) onSelect?.([...state.selected][0] ?? null);
      }),
    [store, onSelect],
  );
  if (store === null) return null;
  return (
    <BuilderProvider store={store}>
      <Canvas>{children}</Canvas>
    </BuilderProvider>
  );
}
