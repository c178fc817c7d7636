/** Lines that show with what a dragged step is in line. Pure: boxes in, lines out. */
import type { Box } from "../model/geometry";

export interface Guide {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

const MARGIN = 24;

export function guidesFor(moving: Box, others: readonly Box[]): readonly Guide[] {
  const found = new Map<string, Guide>();
  const spots = (box: Box, axis: "x" | "y"): readonly [number, number, number] =>
    axis === "x" ? [box.x, box.x + box.width / 2, box.x + box.width] : [box.y, box.y + box.height / 2, box.y + box.height];
  const extent = (box: Box, axis: "x" | "y"): readonly [number, number] => (axis === "x" ? [box.y, box.y + box.height] : [box.x, box.x + box.width]);
  for (const axis of ["x", "y"] as const) {
    const mine = spots(moving, axis);
    for (const other of others) {
      const theirs = spots(other, axis);
      // Centre with centre, edge with the same edge: other pairs are accidents.
      for (const index of [1, 0, 2] as const) {
        if (Math.abs(mine[index] - theirs[index]) > 0.5) continue;
        const key = `${axis}${index}`;
        const [a, b] = extent(moving, axis);
        const [c, d] = extent(other, axis);
        const old = found.get(key);
        const from = Math.min(a, c, old?.from ?? Infinity);
        const to = Math.max(b, d, old?.to ?? -Infinity);
        found.set(key, { axis, at: mine[index], from, to });
        if (index === 1 && moving.width === other.width) break;
      }
    }
  }
  return [...found.values()].map((guide) => ({ ...guide, from: guide.from - MARGIN, to: guide.to + MARGIN }));
}
