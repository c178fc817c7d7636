/**
 * What React Flow tells us, as functions that stay the same: it compares each of its properties, and a new function
 * would make it tell all nodes and edges that something changed.
 */
import type { Connection, ReactFlowProps } from "@xyflow/react";
import { type MouseEvent, useMemo } from "react";
import { connect, connectFault } from "../model/edits";
import { useBuilderStore } from "../store/context";
import type { Commands } from "./commands";
import type { StepFlowNode, WayFlowEdge } from "./flow";
import { reported } from "./selection";
import type { Dragging } from "./useDragging";

type Ask = (event: MouseEvent | globalThis.MouseEvent, node: string | null) => void;

export function useHandlers(commands: Commands, dragging: Dragging, ask: Ask, onOpen: ((id: string) => void) | undefined): Partial<ReactFlowProps<StepFlowNode, WayFlowEdge>> {
  const store = useBuilderStore();
  return useMemo((): Partial<ReactFlowProps<StepFlowNode, WayFlowEdge>> => {
    const { do: actions } = store.getState();
    return {
      isValidConnection: (edge: Connection | WayFlowEdge) => {
        const { graph, catalogue } = store.getState();
        return connectFault(graph, catalogue, { source: edge.source, outcome: edge.sourceHandle ?? "" }, edge.target) === null;
      },
      onConnect: ({ source, sourceHandle, target }) => actions.run(connect({ source, outcome: sourceHandle ?? "next" }, target), { label: "connect" }),
      onReconnect: (old, { source, sourceHandle, target }) => {
        const way = { source, outcome: sourceHandle ?? "next" };
        const same = old.source === source && old.sourceHandle === way.outcome;
        if (same) actions.run(connect(way, target), { label: "connect" });
        else commands.rewire({ source: old.source, outcome: old.sourceHandle ?? "next" }, way, target);
      },
      onConnectEnd: (event, connection) => {
        if (connection.isValid === true || connection.fromNode === null || connection.toNode !== null || !("clientX" in event)) return;
        const screen = { x: event.clientX, y: event.clientY };
        const way = { source: connection.fromNode.id, outcome: connection.fromHandle.id ?? "next" };
        // After the click that ends the drag, which would close the menu again.
        requestAnimationFrame(() => actions.set({ adding: { way, at: null, screen } }));
      },
      onSelectionChange: ({ nodes, edges }) => {
        const ids = nodes.map((node) => node.id);
        const ways = edges.map((edge) => edge.id);
        reported(store, [...ids, ...ways], performance.now(), () => actions.select(ids, ways));
      },
      onNodeDrag: dragging.onNodeDrag,
      onNodeDragStop: dragging.onNodeDragStop,
      onSelectionDrag: (event, nodes) => nodes[0] !== undefined && dragging.onNodeDrag(event, nodes[0], nodes),
      onSelectionDragStop: (event, nodes) => nodes[0] !== undefined && dragging.onNodeDragStop(event, nodes[0], nodes),
      onNodeDoubleClick: (_event, node) => (onOpen ?? actions.show)(node.id),
      onNodeContextMenu: (event, node) => ask(event, node.id),
      onPaneContextMenu: (event) => ask(event, null),
    };
  }, [store, commands, dragging, ask, onOpen]);
}
