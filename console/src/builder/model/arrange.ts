/** Aligning and distributing what is selected. */
import { type Box, snapped } from "./geometry";
import type { Point } from "./types";

export type Edge = "left" | "center" | "right" | "top" | "middle" | "bottom";

type Places = ReadonlyMap<string, Point>;

export function align(boxes: ReadonlyMap<string, Box>, edge: Edge): Places {
  const all = [...boxes.values()];
  const left = Math.min(...all.map((box) => box.x));
  const right = Math.max(...all.map((box) => box.x + box.width));
  const top = Math.min(...all.map((box) => box.y));
  const bottom = Math.max(...all.map((box) => box.y + box.height));
  const place = (box: Box): Point => {
    switch (edge) {
      case "left":
        return { x: left, y: box.y };
      case "center":
        return { x: snapped((left + right - box.width) / 2), y: box.y };
      case "right":
        return { x: right - box.width, y: box.y };
      case "top":
        return { x: box.x, y: top };
      case "middle":
        return { x: box.x, y: snapped((top + bottom - box.height) / 2) };
      case "bottom":
        return { x: box.x, y: bottom - box.height };
    }
  };
  return new Map([...boxes].map(([id, box]) => [id, place(box)]));
}

/** Makes the gaps between neighbours equal; the outermost two stay. */
export function distribute(boxes: ReadonlyMap<string, Box>, axis: "across" | "down"): Places {
  const start = (box: Box): number => (axis === "across" ? box.x : box.y);
  const length = (box: Box): number => (axis === "across" ? box.width : box.height);
  const sorted = [...boxes].sort(([, one], [, other]) => start(one) - start(other));
  const first = sorted[0]?.[1];
  const last = sorted.at(-1)?.[1];
  if (first === undefined || last === undefined || sorted.length < 3) {
    return new Map(sorted.map(([id, box]) => [id, { x: box.x, y: box.y }]));
  }
  const room = start(last) + length(last) - start(first);
  const gap = (room - sorted.reduce((sum, [, box]) => sum + length(box), 0)) / (sorted.length - 1);
  let at = start(first);
  return new Map(
    sorted.map(([id, box], index) => {
      const here = index === 0 || index === sorted.length - 1 ? start(box) : snapped(at);
      at += length(box) + gap;
      return [id, axis === "across" ? { x: here, y: box.y } : { x: box.x, y: here }];
    }),
  );
}
