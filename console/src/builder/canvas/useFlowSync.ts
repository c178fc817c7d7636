/**
 * Model to React Flow. React Flow owns nodes and edges while something is dragged (no state of ours changes then) and
 * is told when the model changed; what it did is told to the model when it is done.
 */
import { useLayoutEffect } from "react";
import { useBuilderStore } from "../store/context";
import type { Builder } from "../store/store";
import type { Flow } from "./commands";
import { flowEdges, flowNodes } from "./flow";
import { asked } from "./selection";

export function useFlowSync(flow: Flow): void {
  const store = useBuilderStore();
  useLayoutEffect(() => {
    const put = (state: Builder, before: Builder | null): void => {
      const chosen = before === null ? state.selected.size > 0 : before.selected !== state.selected || before.selectedWays !== state.selectedWays;
      if (chosen) asked(store, [...state.selected, ...state.selectedWays], performance.now());
      const all = before === null || before.graph !== state.graph || before.direction !== state.direction || before.catalogue !== state.catalogue;
      if (all || before.selected !== state.selected) {
        flow.setNodes((nodes) => flowNodes(state.graph, state.catalogue, state.direction, nodes, state.selected));
      }
      if (all || before.selectedWays !== state.selectedWays) flow.setEdges((edges) => flowEdges(state.graph, edges, state.selectedWays));
    };
    put(store.getState(), null);
    return store.subscribe(put);
  }, [store, flow]);
}
