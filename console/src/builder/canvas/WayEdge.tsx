import { BaseEdge, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { useBuilder } from "../store/context";
import type { WayFlowEdge } from "./flow";
import classes from "./Canvas.module.css";

const RADIUS = 14;

/** A way from step to step: rounded steps, and in the middle a plus that inserts. One SVG group, no portal. */
export const WayEdge = memo(function WayEdge({ id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected }: EdgeProps<WayFlowEdge>) {
  const over = useBuilder((state) => state.dropWay === id);
  const mark = useBuilder((state) => state.wayMarks?.get(id));
  const readOnly = useBuilder((state) => state.readOnly);
  const [path, x, y] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: RADIUS, offset: 24 });
  return (
    <g className={classes["way"]} data-over={over} data-selected={selected} data-mark={mark} data-way={id}>
      <BaseEdge path={path} markerEnd="url(#stepwell-arrow)" interactionWidth={22} />
      {readOnly ? null : (
        <g className={classes["insert"]} transform={`translate(${x} ${y})`} data-insert={id}>
          <circle r={16} className={classes["reach"] ?? ""} />
          <rect x={-10} y={-10} width={20} height={20} rx={7} />
          <path d="M-4 0H4M0-4V4" />
        </g>
      )}
    </g>
  );
});
