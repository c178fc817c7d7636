import { createElement, useMemo } from "react";
import { iconOf } from "@/builder/library/icons";
import { groupOf } from "@/builder/model/groups";
import type { Catalogue } from "@/builder/model/types";
import { drawn, type Shape, type Spot } from "./shape";

const WIDE = 62;
const HIGH = 40;
const BOX = 30;
const PAD = 12;

/** A workflow made small: its steps in the colours of what they are, and the ways between them. */
export function MiniGraph({ shape, catalogue, height, label }: { shape: Shape; catalogue: Catalogue | undefined; height: number; label: string }) {
  const { spots, ways, columns, rows } = useMemo(() => drawn(shape), [shape]);
  const width = (columns - 1) * WIDE + BOX + 2 * PAD;
  const tall = Math.max(rows - 1, 1) * HIGH + BOX + 2 * PAD;
  const x = (spot: Spot): number => PAD + BOX / 2 + spot.column * WIDE;
  const y = (spot: Spot): number => tall / 2 + spot.row * HIGH;
  return (
    <svg viewBox={`0 0 ${width} ${tall}`} role="img" aria-label={label} style={{ width: "100%", height, maxWidth: width * 1.35, display: "block", marginInline: "auto" }}>
      {ways.map(({ from, to }, place) => {
        const back = to.column <= from.column;
        const [a, b, c, d] = [x(from) + BOX / 2, y(from), x(to) - BOX / 2, y(to)];
        const path = back ? `M${x(from)} ${b - BOX / 2} C${x(from)} ${b - 34} ${x(to)} ${d - 34} ${x(to)} ${d - BOX / 2}` : `M${a} ${b} C${a + 16} ${b} ${c - 16} ${d} ${c} ${d}`;
        return <path key={place} d={path} fill="none" stroke="var(--line-strong)" strokeWidth={1.6} />;
      })}
      {spots.map((spot) => {
        const type = catalogue?.get(spot.type);
        const group = groupOf(type);
        return (
          <g key={spot.id} transform={`translate(${x(spot) - BOX / 2} ${y(spot) - BOX / 2})`}>
            <title>{spot.name || type?.label}</title>
            <rect width={BOX} height={BOX} rx={9} fill={`var(--node-${group}-soft)`} stroke={`var(--node-${group})`} strokeWidth={1.2} />
            {createElement(iconOf(type?.icon ?? ""), { size: 16, x: 7, y: 7, stroke: 1.8, color: `var(--node-${group})` })}
          </g>
        );
      })}
    </svg>
  );
}
