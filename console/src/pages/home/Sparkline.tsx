import { pathOf } from "./compare";

const WIDTH = 100;
const HEIGHT = 28;

/** A figure's days as a line; the figure itself says it in numbers. */
export function Sparkline({ values, colour = "var(--mantine-primary-color-filled)" }: { values: readonly number[]; colour?: string }) {
  const path = pathOf(values, WIDTH, HEIGHT);
  return (
    <svg viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} preserveAspectRatio="none" width="100%" height={HEIGHT + 4} aria-hidden="true" focusable="false">
      {path && <path d={`${path}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} fill={colour} opacity={0.1} />}
      <path d={path} fill="none" stroke={colour} strokeWidth={1.75} vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
    </svg>
  );
}
