/** What keys, menus and buttons do alike. */
import type { ReactFlowInstance } from "@xyflow/react";
import { arrange } from "../layout/layouting";
import { align, distribute, type Edge } from "../model/arrange";
import { clipOf, clipText, duplicate, paste, readClip } from "../model/clipboard";
import { addAfter, connect, disconnect, mainOutcome, moveNodes, removeNodes, type Way } from "../model/edits";
import { type Box, boxOf, type Direction, NODE_HEIGHT, NODE_WIDTH } from "../model/geometry";
import { downstream, edgeKey, lookupOf } from "../model/lookup";
import { outcomesOf } from "../model/outcomes";
import type { Point } from "../model/types";
import type { Say } from "../model/words";
import type { Builder, BuilderStore } from "../store/store";
import type { StepFlowNode, WayFlowEdge } from "./flow";
import { FIT, lasting } from "./motion";

export type Flow = ReactFlowInstance<StepFlowNode, WayFlowEdge>;
export type Commands = ReturnType<typeof commandsOf>;

const KEPT = "stepwell.direction";

export function keptDirection(): Direction {
  return localStorage.getItem(KEPT) === "right" ? "right" : "down";
}

export function commandsOf(store: BuilderStore, flow: Flow, say: Say) {
  const now = (): Builder => store.getState();
  const actions = store.getState().do;

  const boxes = (): Map<string, Box> => {
    const { graph, selected, catalogue, direction } = now();
    return new Map(graph.nodes.filter((node) => selected.has(node.id)).map((node) => [node.id, boxOf(node, catalogue, direction)]));
  };

  const copyText = (): string | null => {
    const { graph, selected } = now();
    if (selected.size === 0) return null;
    actions.say(say("said.copied", { count: selected.size }));
    return clipText(clipOf(graph, selected));
  };

  const remove = (label = "remove"): void => {
    const { graph, catalogue, selected, selectedWays, readOnly } = now();
    if (readOnly) return;
    if (selected.size > 0) {
      const { into } = lookupOf(graph);
      const before = [...selected].map((id) => into.get(id)?.[0]?.source).find((id) => id !== undefined && !selected.has(id));
      actions.run(removeNodes(graph, catalogue, selected), { label, select: before === undefined ? [] : [before] });
      actions.say(say("said.removed", { count: selected.size }));
    } else if (selectedWays.size > 0) {
      actions.run(disconnect(graph.edges.filter((edge) => selectedWays.has(edgeKey(edge)))), { label: "disconnect" });
    }
  };

  const pasteText = (text: string, at: Point | null): void => {
    const { graph, readOnly } = now();
    if (readOnly) return;
    const clip = readClip(text);
    if (clip === null) {
      actions.say(say("said.nothing_to_paste"));
      return;
    }
    const added = paste(graph, actions.setting(), clip, at);
    actions.add(added, "paste");
    actions.say(say("said.pasted", { count: added.ids.length }));
  };

  /** By the clipboard's own interface, for menus: keys use the browser's events, which need no leave. */
  const system = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (fault) {
      if (!(fault instanceof DOMException)) throw fault;
      actions.say(say("said.no_clipboard"));
    }
  };

  /** Where the next step belongs: the selected edge, or the selected step's first free way, else its main one. */
  const nextWay = (): Way | null => {
    const { graph, catalogue, selected, selectedWays } = now();
    const [id] = selected;
    const node = id === undefined ? undefined : lookupOf(graph).nodes.get(id);
    const edge = graph.edges.find((candidate) => selectedWays.has(edgeKey(candidate)));
    if (node === undefined) return edge === undefined ? null : { source: edge.source, outcome: edge.outcome };
    const wired = new Set((lookupOf(graph).out.get(node.id) ?? []).map((candidate) => candidate.outcome));
    const falls = catalogue.get(node.type)?.falls_through ?? [];
    const free = outcomesOf(node, catalogue).find((outcome) => !wired.has(outcome) && !falls.includes(outcome));
    const outcome = free ?? mainOutcome(node, catalogue);
    return outcome === null ? null : { source: node.id, outcome };
  };

  const tidy = async (direction: Direction = now().direction): Promise<void> => {
    const { graph, catalogue, selected } = now();
    const only = selected.size > 1 && direction === now().direction ? selected : null;
    const places = await arrange(graph, catalogue, direction, only);
    if (direction !== now().direction) actions.set({ direction });
    actions.run(moveNodes(places), { label: "tidy" });
    actions.say(say("said.tidied"));
    if (only === null) requestAnimationFrame(() => void flow.fitView({ ...FIT, ...lasting(250) }));
  };

  return {
    copyText,
    pasteText,
    remove,
    tidy,
    copy: () =>
      system(async () => {
        const text = copyText();
        if (text !== null) await navigator.clipboard.writeText(text);
      }),
    cut: () =>
      system(async () => {
        const text = copyText();
        if (text === null) return;
        await navigator.clipboard.writeText(text);
        remove("cut");
      }),
    paste: (at: Point | null) => system(async () => pasteText(await navigator.clipboard.readText(), at)),
    duplicate: () => {
      const { graph, selected, readOnly } = now();
      if (!readOnly && selected.size > 0) actions.add(duplicate(graph, actions.setting(), selected), "duplicate");
    },
    undo: () => {
      const label = actions.undo();
      if (label !== null) actions.say(say("said.undone", { what: say(`step.${label}`) }));
    },
    redo: () => {
      const label = actions.redo();
      if (label !== null) actions.say(say("said.redone", { what: say(`step.${label}`) }));
    },
    addAfter: (type: string, way: Way) => actions.add(addAfter(now().graph, actions.setting(), type, way), "add"),
    rewire: (from: Way, to: Way, target: string) =>
      actions.run(
        (draft) => {
          disconnect([from])(draft);
          connect(to, target)(draft);
        },
        { label: "connect" },
      ),
    selectAll: () => actions.select(now().graph.nodes.map((node) => node.id)),
    selectFollowing: (id: string) => actions.select([...downstream(now().graph, [id])]),
    disconnectAll: (id: string) => {
      const { graph } = now();
      actions.run(disconnect(graph.edges.filter((edge) => edge.source === id || edge.target === id)), { label: "disconnect" });
    },
    align: (edge: Edge) => actions.run(moveNodes(align(boxes(), edge)), { label: "arrange" }),
    distribute: (axis: "across" | "down") => actions.run(moveNodes(distribute(boxes(), axis)), { label: "arrange" }),
    nudge: (dx: number, dy: number) => {
      const places = new Map([...boxes()].map(([id, box]) => [id, { x: box.x + dx, y: box.y + dy }]));
      actions.run(moveNodes(places), { label: "move", merge: `nudge ${[...places.keys()].join(" ")}` });
    },
    flip: async () => {
      const direction = now().direction === "down" ? "right" : "down";
      localStorage.setItem(KEPT, direction);
      await tidy(direction);
    },
    nextWay,
    /** Opens the add menu after what is selected, or on the canvas. */
    openAdd: (screen: Point | null, at: Point | null) => {
      const { graph, selected, readOnly } = now();
      if (readOnly) return;
      const [id] = selected;
      const node = id === undefined ? undefined : lookupOf(graph).nodes.get(id);
      const anchor = node?.ui ?? at;
      const where = screen ?? (anchor === null ? { x: window.innerWidth / 2 - 160, y: 160 } : flow.flowToScreenPosition({ x: anchor.x + (node === undefined ? 0 : NODE_WIDTH + 16), y: anchor.y }));
      actions.set({ adding: { way: nextWay(), at: at ?? flow.screenToFlowPosition({ x: where.x + 160, y: where.y + NODE_HEIGHT }), screen: where } });
    },
  };
}
