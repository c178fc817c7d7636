/** The canvas's keys. The table is what the help shows; `onKey` is what it does. */
import { GRID } from "../model/geometry";
import { isArrow, walk } from "../model/walking";
import type { BuilderStore } from "../store/store";
import type { Commands } from "./commands";

export interface Shortcut {
  readonly text: string;
  readonly keys: readonly string[];
}

const MOD = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

export const SHORTCUTS: readonly (readonly [string, readonly Shortcut[]])[] = [
  [
    "keys.group_build",
    [
      { text: "keys.add", keys: ["A"] },
      { text: "keys.walk", keys: ["keys.arrows"] },
      { text: "keys.open", keys: ["Enter"] },
      { text: "keys.move", keys: ["Alt", "keys.arrows"] },
      { text: "keys.extend", keys: ["Shift", "keys.arrows"] },
      { text: "keys.box", keys: ["Shift", "keys.drag"] },
      { text: "keys.problem", keys: ["E"] },
    ],
  ],
  [
    "keys.group_edit",
    [
      { text: "do.undo", keys: [MOD, "Z"] },
      { text: "do.redo", keys: [MOD, "Shift", "Z"] },
      { text: "do.copy", keys: [MOD, "C"] },
      { text: "do.cut", keys: [MOD, "X"] },
      { text: "do.paste", keys: [MOD, "V"] },
      { text: "do.duplicate", keys: [MOD, "D"] },
      { text: "do.select_all", keys: [MOD, "A"] },
      { text: "do.delete", keys: ["Del"] },
    ],
  ],
  [
    "keys.group_look",
    [
      { text: "keys.find", keys: [MOD, "F"] },
      { text: "keys.fit", keys: ["F"] },
      { text: "keys.tidy", keys: ["T"] },
      { text: "canvas.zoom_in", keys: ["+"] },
      { text: "canvas.zoom_out", keys: ["−"] },
      { text: "keys.pan", keys: ["keys.space", "keys.drag"] },
      { text: "keys.escape", keys: ["Esc"] },
      { text: "keys.help", keys: ["?"] },
    ],
  ],
];

export interface Hands {
  readonly commands: Commands;
  readonly focus: (id: string) => void;
  readonly zoom: (by: number) => void;
  readonly fit: () => void;
  readonly find: () => void;
  readonly help: () => void;
  readonly problem: () => void;
}

export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

/** Tells whether the key was ours. */
export function onKey(event: KeyboardEvent, store: BuilderStore, hands: Hands): boolean {
  const state = store.getState();
  const { commands } = hands;
  const mod = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (mod) {
    if (key === "z" && event.shiftKey) commands.redo();
    else if (key === "z") commands.undo();
    else if (key === "y") commands.redo();
    else if (key === "d") commands.duplicate();
    else if (key === "a") commands.selectAll();
    else if (key === "f") hands.find();
    else return false;
    return true;
  }
  if (isArrow(key)) {
    if (event.altKey) {
      const far = event.shiftKey ? GRID * 5 : GRID;
      const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] as [number, number];
      commands.nudge(dx * far, dy * far);
      return true;
    }
    const from = [...state.selected].at(-1);
    const to = from === undefined ? (state.graph.nodes[0]?.id ?? null) : walk(state.graph, state.catalogue, state.direction, from, key);
    if (to === null) return true;
    state.do.select(event.shiftKey ? [...[...state.selected].filter((id) => id !== to), to] : [to]);
    hands.focus(to);
    return true;
  }
  if (event.altKey) return false;
  switch (key) {
    case "a":
    case "/":
      commands.openAdd(null, null);
      return true;
    case "Delete":
    case "Backspace":
      commands.remove();
      return true;
    case "Enter":
    case " ": {
      const id = event.target instanceof HTMLElement ? event.target.dataset["step"] : undefined;
      if (id === undefined) return false;
      if (key === " ") state.do.select(state.selected.has(id) && state.selected.size === 1 ? [] : [id]);
      else state.do.show(id);
      return true;
    }
    case "Escape":
      state.do.select([]);
      return true;
    case "f":
      hands.fit();
      return true;
    case "t":
      void commands.tidy();
      return true;
    case "e":
      hands.problem();
      return true;
    case "+":
    case "=":
      hands.zoom(1);
      return true;
    case "-":
      hands.zoom(-1);
      return true;
    case "?":
      hands.help();
      return true;
    default:
      return false;
  }
}
