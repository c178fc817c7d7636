/** How far the canvas must move until a step can be seen: as little as it takes, so that people keep their bearings. */
import type { Point } from "../model/types";

/** A rectangle on the screen, pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Room that a step in view keeps to the canvas's border. */
const MARGIN = 48;
/** At the foot lies the toolbar. */
const FOOT = 96;
/** Room to what lies over the canvas: the handles below a step are seen as well. */
const GAP = 44;

const overlap = (one: Area, other: Area, gap = 0): boolean =>
  one.left < other.right + gap && other.left < one.right + gap && one.top < other.bottom + gap && other.top < one.bottom + gap;
const within = (one: Area, view: Area): boolean => one.left >= view.left && one.right <= view.right && one.top >= view.top && one.bottom <= view.bottom;
const moved = (area: Area, { x, y }: Point): Area => ({ left: area.left + x, right: area.right + x, top: area.top + y, bottom: area.bottom + y });

/** What is left of a view beside a panel that lies over one of its sides. */
export function beside(view: Area, panel: Area): Area {
  // By name: a spread of what an element measures copies nothing.
  const { left, top, right, bottom } = view;
  if (!overlap(view, panel)) return view;
  return panel.left > left ? { left, top, right: Math.min(right, panel.left), bottom } : { left: Math.max(left, panel.right), top, right, bottom };
}

/** Whether a step is out of view or beneath something, be it in part. */
export function covered(step: Area, view: Area, covers: readonly Area[]): boolean {
  return !within(step, view) || covers.some((cover) => overlap(step, cover));
}

/** How to move the canvas so that a step lies in view and beneath nothing. */
export function clearing(step: Area, view: Area, covers: readonly Area[]): Point {
  const way: Point = {
    x: Math.max(0, view.left + MARGIN - step.left) || Math.min(0, view.right - MARGIN - step.right),
    y: Math.max(0, view.top + MARGIN - step.top) || Math.min(0, view.bottom - FOOT - step.bottom),
  };
  const free = (at: Point): boolean => within(moved(step, at), view) && covers.every((cover) => !overlap(moved(step, at), cover, GAP));
  if (free(way)) return way;
  // Away from what covers it: to each side of each, the nearest that is free.
  const { x, y } = way;
  const ways = covers
    .flatMap((cover): Point[] => [
      { x: cover.left - GAP - step.right, y },
      { x: cover.right + GAP - step.left, y },
      { x, y: cover.top - GAP - step.bottom },
      { x, y: cover.bottom + GAP - step.top },
    ])
    .filter(free)
    .sort((one, other) => Math.hypot(one.x, one.y) - Math.hypot(other.x, other.y));
  return ways[0] ?? way;
}
