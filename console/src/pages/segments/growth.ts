import type { SegmentDay } from "@/api/segments";

export interface Point {
  day: string;
  size: number;
  entered: number;
  left: number;
}

const DAY_MS = 86_400_000;

/** One point a day up to today: days on which nobody moved keep the size of the day before. */
export function everyDay(moved: readonly Pick<SegmentDay, "day" | "size" | "entered" | "left" | "corrected">[], size: number, days: number, today: Date): Point[] {
  const by = new Map(moved.map((one) => [one.day, one]));
  const end = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  // Who moves on a clock that runs ahead (a demo's) is shown all the same.
  const last = moved.reduce((latest, one) => Math.max(latest, Date.parse(one.day)), end);
  const first = last - (days - 1) * DAY_MS;
  const opening = moved[0];
  let now = opening ? opening.size - opening.entered + opening.left - opening.corrected : size;
  const points: Point[] = [];
  for (let at = first; at <= last; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    const found = by.get(day);
    if (found) now = found.size;
    points.push({ day, size: now, entered: found?.entered ?? 0, left: found?.left ?? 0 });
  }
  return points;
}

/** A polyline of sizes in a box; a flat line lies in the middle. */
export function sparkline(points: readonly Point[], width: number, height: number): string {
  const sizes = points.map((point) => point.size);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const step = points.length > 1 ? width / (points.length - 1) : 0;
  return sizes.map((size, place) => `${(place * step).toFixed(1)},${(high === low ? height / 2 : height - ((size - low) / (high - low)) * height).toFixed(1)}`).join(" ");
}
