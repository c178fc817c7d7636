/**
 * The builder's state: graph, history, selection, problems. One store a mounted canvas, so that two canvases (a diff,
 * a live view) know nothing of each other. Components pick single values out of it; dragging touches it at the end only.
 */
import { freeze } from "immer";
import { createStore, type StoreApi } from "zustand/vanilla";
import { byNode, joined, type Problem, quickChecks } from "../model/checks";
import { sameGraph } from "../model/document";
import { change, type Added, type Recipe, type Setting, type Way } from "../model/edits";
import type { Direction } from "../model/geometry";
import { type History, NOTHING, record, redo, undo } from "../model/history";
import { edgeKey, lookupOf } from "../model/lookup";
import type { Catalogue, Graph, Point } from "../model/types";

/** What live counts a node shows; absent: not known. */
export interface NodeCounts {
  readonly waiting?: number;
  readonly passed?: number;
  readonly sent?: number;
  readonly skipped?: number;
  readonly failed?: number;
}

/** What a comparison found, or where a contact went who tries the workflow. */
export type Mark = "added" | "removed" | "changed" | "went" | "stands" | "beside";

/** Where the add menu is open: at a way, or at a free point; `screen` is where it is shown. */
export interface Adding {
  readonly way: Way | null;
  readonly at: Point | null;
  readonly screen: Point;
  readonly only?: "trigger";
}

export interface Told {
  readonly label: string;
  readonly merge?: string;
  readonly select?: readonly string[];
}

/** Asks the panel to show a field of a node; `tick` makes the same wish new. */
export interface Wish {
  readonly node: string;
  readonly field: string;
  readonly tick: number;
}

export interface BuilderState {
  readonly graph: Graph;
  readonly history: History;
  readonly catalogue: Catalogue;
  readonly direction: Direction;
  readonly readOnly: boolean;
  readonly selected: ReadonlySet<string>;
  readonly selectedWays: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly problemsByNode: ReadonlyMap<string, readonly Problem[]>;
  readonly server: readonly Problem[];
  readonly checked: Graph | null;
  readonly counts: ReadonlyMap<string, NodeCounts> | null;
  readonly marks: ReadonlyMap<string, Mark> | null;
  /** The same of ways, by their key. */
  readonly wayMarks: ReadonlyMap<string, Mark> | null;
  readonly adding: Adding | null;
  readonly dropWay: string | null;
  readonly wish: Wish | null;
  readonly panelOpen: boolean;
  /** The node whose name is being typed on the canvas. */
  readonly said: { readonly text: string; readonly tick: number };
}

export interface BuilderActions {
  readonly setting: () => Setting;
  readonly run: (recipe: Recipe, told: Told) => void;
  readonly add: (added: Added, label: string) => void;
  readonly undo: () => string | null;
  readonly redo: () => string | null;
  /** Puts another graph in the place of this one without a step (first layout, a draft of the server's). */
  readonly replace: (graph: Graph, forget: boolean) => void;
  readonly select: (nodes: readonly string[], ways?: readonly string[]) => void;
  readonly show: (node: string, field?: string) => void;
  readonly checkedBy: (graph: Graph, problems: readonly Problem[]) => void;
  readonly set: (part: Partial<Pick<BuilderState, "direction" | "readOnly" | "counts" | "marks" | "wayMarks" | "adding" | "dropWay" | "panelOpen" | "catalogue">>) => void;
  readonly say: (text: string) => void;
}

export type Builder = BuilderState & { readonly do: BuilderActions };
export type BuilderStore = StoreApi<Builder>;

export interface Start {
  readonly graph: Graph;
  readonly catalogue: Catalogue;
  readonly direction?: Direction;
  readonly readOnly?: boolean;
  readonly now?: () => number;
}

function problemsOf(state: Pick<BuilderState, "graph" | "catalogue" | "server" | "checked">): Pick<BuilderState, "problems" | "problemsByNode"> {
  const fresh = state.checked !== null && (state.checked === state.graph || sameGraph(state.checked, state.graph));
  const problems = joined(state.server, quickChecks(state.graph, state.catalogue), state.graph, !fresh);
  return { problems, problemsByNode: byNode(problems) };
}

/** The same set when all of it is there: a new one would be a choice that somebody made. */
function among(selected: ReadonlySet<string>, there: { has: (id: string) => boolean }): ReadonlySet<string> {
  const kept = [...selected].filter((id) => there.has(id));
  return kept.length === selected.size ? selected : new Set(kept);
}

export function createBuilder({ graph: drawn, catalogue, direction = "down", readOnly = false, now = Date.now }: Start): BuilderStore {
  const graph = freeze(drawn, true);
  return createStore<Builder>()((set, get) => {
    const settle = (next: Graph, part: Partial<BuilderState>): void => {
      const state = { ...get(), graph: next };
      const ways = new Set(next.edges.map(edgeKey));
      set({
        graph: next,
        selected: among(state.selected, lookupOf(next).nodes),
        selectedWays: among(state.selectedWays, ways),
        ...problemsOf(state),
        ...part,
      });
    };
    const actions: BuilderActions = {
      setting: () => ({ catalogue: get().catalogue, direction: get().direction }),
      run: (recipe, { label, merge, select }) => {
        if (get().readOnly) return;
        const made = change(get().graph, recipe);
        if (made.forth.length === 0) return;
        const history = record(get().history, made, { label, at: now(), ...(merge === undefined ? {} : { merge }) });
        settle(made.graph, { history, ...(select === undefined ? {} : { selected: new Set(select), selectedWays: new Set<string>() }) });
      },
      add: ({ recipe, ids }, label) => actions.run(recipe, { label, select: ids }),
      undo: () => {
        const moved = get().readOnly ? null : undo(get().graph, get().history);
        if (moved === null) return null;
        settle(moved.graph, { history: moved.history });
        return moved.step.label;
      },
      redo: () => {
        const moved = get().readOnly ? null : redo(get().graph, get().history);
        if (moved === null) return null;
        settle(moved.graph, { history: moved.history });
        return moved.step.label;
      },
      replace: (next, forget) => settle(freeze(next, true), forget ? { history: NOTHING } : {}),
      select: (nodes, ways = []) => {
        const { selected, selectedWays } = get();
        if (same(selected, nodes) && same(selectedWays, ways)) return;
        set({ selected: new Set(nodes), selectedWays: new Set(ways) });
      },
      show: (node, field = "") =>
        set((state) => ({
          selected: new Set(node === "" ? [] : [node]),
          selectedWays: new Set<string>(),
          panelOpen: true,
          wish: { node, field, tick: (state.wish?.tick ?? 0) + 1 },
        })),
      checkedBy: (checked, server) => set((state) => ({ server, checked, ...problemsOf({ ...state, server, checked }) })),
      set: (part) => set(part),
      say: (text) => set((state) => ({ said: { text, tick: state.said.tick + 1 } })),
    };
    const start = { graph, catalogue, server: [], checked: null };
    return {
      ...start,
      ...problemsOf(start),
      history: NOTHING,
      direction,
      readOnly,
      selected: new Set<string>(),
      selectedWays: new Set<string>(),
      counts: null,
      marks: null,
      wayMarks: null,
      adding: null,
      dropWay: null,
      wish: null,
      panelOpen: true,
      said: { text: "", tick: 0 },
      do: actions,
    };
  });
}

function same(set: ReadonlySet<string>, list: readonly string[]): boolean {
  return set.size === list.length && list.every((item) => set.has(item));
}
