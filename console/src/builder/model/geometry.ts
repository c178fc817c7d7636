/**
 * Sizes and handle places, known without measuring: the layout, new nodes' places and the canvas agree on them,
 * and 300 nodes need no reading of the DOM.
 */
import { needOf, outcomesOf } from "./outcomes";
import type { Catalogue, GraphNode, Point } from "./types";

/** Whether the journey runs downwards or to the right. */
export type Direction = "down" | "right";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Port {
  readonly outcome: string;
  /** Centre of the handle, relative to the node's top left corner. */
  readonly at: Point;
  /** A way that follows the primary one unless it is connected: drawn small and without a label. */
  readonly quiet: boolean;
}

export const GRID = 8;
export const NODE_WIDTH = 256;
export const NODE_HEIGHT = 72;
/** Room between two nodes in the direction of the journey: a label and a plus button must fit. */
export const GAP_ALONG = { down: 88, right: 112 } as const;
export const GAP_ACROSS = { down: 48, right: 40 } as const;

const PORT_WIDTH = 112;
const PORT_HEIGHT = 40;
const QUIET_STEP = 24;
const QUIET_INSET = 26;
/** Ways that deserve a handle of their own although they may be left unconnected. */
const LOUD = new Set(["not_found"]);

export function snapped(value: number): number {
  return Math.round(value / GRID) * GRID;
}

function split(node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue): [string[], string[]] {
  const loud: string[] = [];
  const quiet: string[] = [];
  for (const outcome of outcomesOf(node, catalogue)) {
    const follows = needOf(node, outcome, catalogue) === "follows";
    (follows && node.type !== "wait_until" && !LOUD.has(outcome) ? quiet : loud).push(outcome);
  }
  return [loud, quiet];
}

function makeSize(node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue, direction: Direction): Size {
  const [loud] = split(node, catalogue);
  if (direction === "down") return { width: Math.max(NODE_WIDTH, loud.length * PORT_WIDTH), height: NODE_HEIGHT };
  // In steps of two grid cells, so that centres of all sizes meet on the grid.
  const more = Math.max(0, Math.ceil((loud.length * PORT_HEIGHT - NODE_HEIGHT) / (2 * GRID)));
  return { width: NODE_WIDTH, height: NODE_HEIGHT + more * 2 * GRID };
}

/**
 * Works something out once a node: nodes are immutable, and a catalogue lasts as long as the page. A draft under
 * change (not frozen) is not the node that it will be, so nothing is kept for it.
 */
function once<T>(make: (node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue, direction: Direction) => T) {
  const kept = { down: new WeakMap<object, T>(), right: new WeakMap<object, T>() };
  return (node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue, direction: Direction): T => {
    const known = kept[direction].get(node);
    if (known !== undefined) return known;
    const made = make(node, catalogue, direction);
    if (Object.isFrozen(node)) kept[direction].set(node, made);
    return made;
  };
}

/** Width and height of a node. */
export const sizeOf = once(makeSize);

function makePorts(node: Pick<GraphNode, "type" | "config">, catalogue: Catalogue, direction: Direction): readonly Port[] {
  const { width, height } = makeSize(node, catalogue, direction);
  const [loud, quiet] = split(node, catalogue);
  const along = (share: number, inset: number): Point =>
    direction === "down"
      ? { x: inset === 0 ? width * share : width - inset, y: height }
      : { x: width, y: inset === 0 ? height * share : height - inset + QUIET_INSET - 12 };
  return [
    ...loud.map((outcome, index) => ({ outcome, at: along((index + 0.5) / loud.length, 0), quiet: false })),
    ...quiet.map((outcome, index) => ({
      outcome,
      at: along(0, direction === "down" ? QUIET_INSET + (quiet.length - 1 - index) * QUIET_STEP : QUIET_INSET + (quiet.length - 1 - index) * 16),
      quiet: true,
    })),
  ];
}

/** The handles of a node. */
export const portsOf = once(makePorts);

/** Where edges arrive, relative to the node's top left corner. */
export function entryOf(size: Size, direction: Direction): Point {
  return direction === "down" ? { x: size.width / 2, y: 0 } : { x: 0, y: size.height / 2 };
}

export interface Box extends Point, Size {}

export function boxOf(node: GraphNode, catalogue: Catalogue, direction: Direction): Box {
  return { ...(node.ui ?? { x: 0, y: 0 }), ...sizeOf(node, catalogue, direction) };
}

export function overlaps(one: Box, other: Box, margin = 0): boolean {
  return (
    one.x < other.x + other.width + margin &&
    other.x < one.x + one.width + margin &&
    one.y < other.y + other.height + margin &&
    other.y < one.y + one.height + margin
  );
}

/** The smallest box around some; null around none. */
export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/**
 * The place nearest to a wish at which a box touches no other: first the wish, then aside in the direction in which
 * branches lie, farther and farther.
 */
export function freePlace(wish: Box, others: readonly Box[], direction: Direction): Point {
  const step = direction === "down" ? wish.width + GAP_ACROSS.down : wish.height + GAP_ACROSS.right;
  for (let ring = 0; ring < 200; ring += 1) {
    for (const sign of ring === 0 ? [1] : [1, -1]) {
      const shift = sign * ring * (step / 2);
      const box = direction === "down" ? { ...wish, x: wish.x + shift } : { ...wish, y: wish.y + shift };
      if (!others.some((other) => overlaps(box, other, GRID * 2))) return { x: snapped(box.x), y: snapped(box.y) };
    }
  }
  return { x: snapped(wish.x), y: snapped(wish.y) };
}
