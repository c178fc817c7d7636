import "@xyflow/react/dist/base.css";
import { Background, BackgroundVariant, ConnectionLineType, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type MouseEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { AddMenu } from "../library/AddMenu";
import { addNode } from "../model/edits";
import { around, boxOf, GRID, NODE_HEIGHT, NODE_WIDTH } from "../model/geometry";
import { useBuilder, useBuilderStore, useTongue } from "../store/context";
import { commandsOf, type Commands } from "./commands";
import { type Asked, ContextMenu } from "./ContextMenu";
import { Controls } from "./Controls";
import { Empty } from "./Empty";
import { Find } from "./Find";
import { flowEdges, flowNodes, type StepFlowNode, type WayFlowEdge } from "./flow";
import { GuideLines, Lines } from "./GuideLines";
import { wayOf } from "./nearest";
import { Overview } from "./Overview";
import { SelectionBar } from "./SelectionBar";
import { Shortcuts } from "./Shortcuts";
import { StepNode } from "./StepNode";
import { Tip } from "./tip";
import { useDragging } from "./useDragging";
import { useFlowSync } from "./useFlowSync";
import { useHandlers } from "./useHandlers";
import { useKeys } from "./useKeys";
import { useReveal } from "./useReveal";
import { WayEdge } from "./WayEdge";
import classes from "./Canvas.module.css";

const NODE_TYPES = { step: StepNode };
const EDGE_TYPES = { way: WayEdge };
/** Below this zoom nobody reads a step. */
const LEGIBLE = 0.75;
const SNAP: [number, number] = [GRID, GRID];
const SEVERAL = ["Shift", "Meta", "Control"];

export interface CanvasHandle {
  readonly commands: Commands;
  readonly add: (type: string) => void;
  readonly reveal: (id: string) => void;
}

interface Props {
  /** Told once the canvas is ready: the shell's buttons use it. */
  readonly onReady?: (handle: CanvasHandle) => void;
  /** Called for a double click or Enter on a step where nothing can be edited. */
  readonly onOpen?: (id: string) => void;
  readonly children?: ReactNode;
}

export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Inner {...props} />
    </ReactFlowProvider>
  );
}

function Inner({ onReady, onOpen, children }: Props) {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const { say } = useTongue();
  const flow = useReactFlow<StepFlowNode, WayFlowEdge>();
  const readOnly = useBuilder((state) => state.readOnly);
  const said = useBuilder((state) => state.said);
  const wish = useBuilder((state) => state.wish);
  const frame = useRef<HTMLDivElement>(null);
  const [lines] = useState(() => new Lines());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [finding, setFinding] = useState(false);
  const [help, setHelp] = useState(false);
  // Where one only looks there are panels beside the canvas, and little room.
  const [map, setMap] = useState(!readOnly);
  const commands = useMemo(() => commandsOf(store, flow, say), [store, flow, say]);
  const dragging = useDragging(flow, lines.show);
  const [start] = useState(() => {
    const { graph, catalogue, direction, selected, selectedWays } = store.getState();
    return { nodes: flowNodes(graph, catalogue, direction, [], selected), edges: flowEdges(graph, [], selectedWays) };
  });
  useFlowSync(flow);

  const reveal = useReveal(frame, flow);
  const focus = useCallback(
    (id: string): void => {
      reveal(id);
      requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-step="${id}"]`)?.focus({ preventScroll: true }));
    },
    [reveal],
  );

  useEffect(() => {
    if (wish !== null && wish.node !== "") reveal(wish.node);
  }, [wish, reveal]);

  const refocus = useCallback((): void => {
    const [id] = store.getState().selected;
    if (id === undefined) frame.current?.focus();
    else requestAnimationFrame(() => focus(id));
  }, [store, focus]);

  const add = useCallback(
    (type: string): void => {
      const { graph, do: actions } = store.getState();
      const view = frame.current?.getBoundingClientRect();
      const way = store.getState().catalogue.get(type)?.category === "trigger" ? null : commands.nextWay();
      if (way !== null) {
        commands.addAfter(type, way);
        refocus();
        return;
      }
      const middle = flow.screenToFlowPosition({ x: (view?.left ?? 0) + (view?.width ?? 0) / 2, y: (view?.top ?? 0) + (view?.height ?? 0) / 3 });
      const at = graph.nodes.length === 0 ? { x: -NODE_WIDTH / 2, y: 0 } : { x: middle.x - NODE_WIDTH / 2, y: middle.y - NODE_HEIGHT / 2 };
      actions.add(addNode(graph, actions.setting(), type, at), "add");
      if (graph.nodes.length === 0) void flow.setCenter(0, 160, { zoom: 1 });
      refocus();
    },
    [store, flow, commands, refocus],
  );

  useEffect(() => onReady?.({ commands, add, reveal: focus }), [onReady, commands, add, focus]);

  useKeys(frame, commands, focus, () => setFinding(true), () => setHelp(true));

  /** All of it when that can be read, else the beginning. */
  const opening = (): void => {
    const { graph, catalogue, direction } = store.getState();
    const box = around(graph.nodes.map((node) => boxOf(node, catalogue, direction)));
    const view = frame.current?.getBoundingClientRect();
    if (box === null || view === undefined) return;
    const all = Math.min(1, (view.width - 96) / box.width, (view.height - 144) / box.height);
    const [first] = graph.nodes;
    const zoom = Math.max(all, LEGIBLE);
    const from = all >= LEGIBLE || first === undefined ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : boxOf(first, catalogue, direction);
    const centre = { x: from.x + (from === box || all >= LEGIBLE ? 0 : NODE_WIDTH / 2), y: from.y };
    const start = all >= LEGIBLE ? { x: view.width / 2, y: view.height / 2 } : direction === "down" ? { x: view.width / 2, y: 64 } : { x: NODE_WIDTH / 2 + 64, y: view.height / 2 };
    void flow.setViewport({ x: start.x - centre.x * zoom, y: start.y - centre.y * zoom, zoom });
  };
  const ask = useCallback(
    (event: MouseEvent | globalThis.MouseEvent, node: string | null): void => {
      event.preventDefault();
      if (node !== null && !store.getState().selected.has(node)) store.getState().do.select([node]);
      setAsked({ node, screen: { x: event.clientX, y: event.clientY } });
    },
    [store],
  );
  const handlers = useHandlers(commands, dragging, ask, onOpen);
  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const insert = target?.closest("[data-insert]")?.getAttribute("data-insert");
    const menu = target?.closest("[data-menu]")?.getAttribute("data-menu");
    if (menu != null) ask(event, menu);
    else if (insert != null) {
      const way = wayOf(store.getState().graph, insert);
      store.getState().do.set({ adding: { way, at: null, screen: { x: event.clientX + 16, y: event.clientY - 12 } } });
    }
  };

  return (
    <div ref={frame} className={classes["canvas"]} role="region" aria-label={t("canvas.label")} tabIndex={-1} onClickCapture={onClick} onDragOver={dragging.onDragOver} onDragLeave={dragging.onDragLeave} onDrop={(event) => {
        dragging.onDrop(event);
        if (event.defaultPrevented) refocus();
      }}>
      <svg width="0" height="0" aria-hidden style={{ position: "absolute" }}>
        <defs>
          <marker id="stepwell-arrow" viewBox="0 0 10 10" markerWidth="13" markerHeight="13" refX="7" refY="5" orient="auto-start-reverse" markerUnits="userSpaceOnUse">
            <path d="M3 2 7 5 3 8" className={classes["arrow"]} />
          </marker>
        </defs>
      </svg>
      <ReactFlow<StepFlowNode, WayFlowEdge>
        defaultNodes={start.nodes}
        defaultEdges={start.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onInit={opening}
        minZoom={0.15}
        maxZoom={1.75}
        snapToGrid
        selectNodesOnDrag={false}
        snapGrid={SNAP}
        panOnScroll
        zoomOnDoubleClick={false}
        multiSelectionKeyCode={SEVERAL}
        deleteKeyCode={null}
        disableKeyboardA11y
        nodesFocusable={false}
        edgesFocusable={false}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        edgesReconnectable={!readOnly}
        connectOnClick={false}
        connectionRadius={48}
        connectionLineType={ConnectionLineType.SmoothStep}
        elevateNodesOnSelect
        {...handlers}
      >
        <Background variant={BackgroundVariant.Dots} gap={GRID * 3} size={1.5} color="var(--line-strong)" />
        <GuideLines lines={lines} />
        <Panel position="bottom-left">
          <Controls commands={commands} map={map} onMap={() => setMap(!map)} onHelp={() => setHelp(true)} onFind={() => setFinding(true)} />
        </Panel>
        <Panel position="top-center">
          <SelectionBar commands={commands} />
        </Panel>
        {finding ? (
          <Panel position="top-right">
            <Find onShow={reveal} onClose={() => setFinding(false)} />
          </Panel>
        ) : null}
        {map ? (
          <Panel position="bottom-right">
            <Overview />
          </Panel>
        ) : null}
        {children}
      </ReactFlow>
      <Empty onStart={add} onMore={(x, y) => store.getState().do.set({ adding: { way: null, at: { x: 0, y: 0 }, screen: { x, y }, only: "trigger" } })} />
      <AddMenu onDone={refocus} />
      <ContextMenu asked={asked} commands={commands} flow={flow} onClose={() => setAsked(null)} />
      <Shortcuts opened={help} onClose={() => setHelp(false)} />
      <Tip />
      <div className="visually-hidden" aria-live="polite" style={{ position: "absolute", width: 1, height: 1, overflow: "hidden", clipPath: "inset(50%)" }}>
        {said.text}
      </div>
    </div>
  );
}
