/** Dragging steps: guides, dropping on an edge, and the one edit when it is over. From the library too. */
import { type DragEvent, useMemo, useRef } from "react";
import { STEP_MIME } from "../library/entries";
import { addNode, dropOnEdge, insertOnEdge, mayDropOn, moveNodes } from "../model/edits";
import { boxOf, NODE_HEIGHT, NODE_WIDTH } from "../model/geometry";
import { lookupOf } from "../model/lookup";
import type { Point } from "../model/types";
import { useBuilderStore } from "../store/context";
import type { Flow } from "./commands";
import type { StepFlowNode } from "./flow";
import { type Guide, guidesFor } from "./guides";
import { nearestWay, wayOf } from "./nearest";

export interface Dragging {
  readonly onNodeDrag: (event: unknown, node: StepFlowNode, nodes: readonly StepFlowNode[]) => void;
  readonly onNodeDragStop: (event: unknown, node: StepFlowNode, nodes: readonly StepFlowNode[]) => void;
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: (event: DragEvent) => void;
  readonly onDrop: (event: DragEvent) => void;
}

export function useDragging(flow: Flow, show: (guides: readonly Guide[]) => void): Dragging {
  const store = useBuilderStore();
  const last = useRef("");
  return useMemo(() => {
    const hover = (key: string | null): void => {
      if (store.getState().dropWay !== key) store.getState().do.set({ dropWay: key });
    };
    const middle = (at: Point): Point => ({ x: at.x + NODE_WIDTH / 2, y: at.y + NODE_HEIGHT / 2 });
    return {
      onNodeDrag: (_event, node, nodes) => {
        // The grid makes many frames equal: nothing is worked out twice for the same place.
        const key = `${node.id} ${node.position.x} ${node.position.y}`;
        if (key === last.current) return;
        last.current = key;
        const { graph, catalogue, direction, do: actions } = store.getState();
        const moving = new Set(nodes.map((one) => one.id));
        const own = lookupOf(graph).nodes.get(node.id);
        if (own === undefined) return;
        const box = { ...boxOf(own, catalogue, direction), ...node.position };
        show(nodes.length > 1 ? [] : guidesFor(box, graph.nodes.filter((one) => !moving.has(one.id)).map((one) => boxOf(one, catalogue, direction))));
        const way = nodes.length === 1 ? nearestWay(graph, actions.setting(), { x: box.x + box.width / 2, y: box.y + box.height / 2 }, node.id) : null;
        const found = way === null ? null : wayOf(graph, way);
        hover(found !== null && mayDropOn(graph, catalogue, node.id, found) ? way : null);
      },
      onNodeDragStop: (_event, node, nodes) => {
        last.current = "";
        show([]);
        const { graph, dropWay, do: actions } = store.getState();
        const way = dropWay === null ? null : wayOf(graph, dropWay);
        hover(null);
        if (way !== null) actions.run(dropOnEdge(actions.setting(), node.id, way, node.position), { label: "insert" });
        else actions.run(moveNodes(new Map(nodes.map((one) => [one.id, one.position]))), { label: "move" });
      },
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes(STEP_MIME) || store.getState().readOnly) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        const { graph, do: actions } = store.getState();
        hover(nearestWay(graph, actions.setting(), flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })));
      },
      onDragLeave: () => hover(null),
      onDrop: (event) => {
        const type = event.dataTransfer.getData(STEP_MIME);
        const { graph, catalogue, dropWay, readOnly, do: actions } = store.getState();
        hover(null);
        if (type === "" || readOnly) return;
        event.preventDefault();
        const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const way = dropWay === null || catalogue.get(type)?.category === "trigger" ? null : wayOf(graph, dropWay);
        const wish = { x: at.x * 2 - middle(at).x, y: at.y * 2 - middle(at).y };
        const added = way === null ? addNode(graph, actions.setting(), type, wish) : insertOnEdge(graph, actions.setting(), type, way);
        actions.add(added, way === null ? "add" : "insert");
      },
    };
  }, [store, flow, show]);
}
