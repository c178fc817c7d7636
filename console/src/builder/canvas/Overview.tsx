import { useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { around, boxOf } from "../model/geometry";
import { groupOf } from "../model/groups";
import { useBuilder } from "../store/context";
import classes from "./Canvas.module.css";

const WIDTH = 176;
const HEIGHT = 116;
const PAD = 80;
const FEW = 4;

/**
 * The overview map, coloured by group; press or drag to go there. Drawn from the model and not from what React Flow
 * shows, so that hundreds of little boxes cost nothing while one step is dragged.
 */
export function Overview() {
  const { t } = useTranslation("builder");
  const flow = useReactFlow();
  const graph = useBuilder((state) => state.graph);
  const catalogue = useBuilder((state) => state.catalogue);
  const direction = useBuilder((state) => state.direction);
  const transform = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const boxes = useMemo(
    () => graph.nodes.map((node) => ({ id: node.id, group: groupOf(catalogue.get(node.type)), ...boxOf(node, catalogue, direction) })),
    [graph.nodes, catalogue, direction],
  );
  const marks = useMemo(
    () => boxes.map((box) => <rect key={box.id} x={box.x} y={box.y} width={box.width} height={box.height} rx={20} fill={`var(--node-${box.group})`} />),
    [boxes],
  );
  const [x, y, zoom] = transform;
  const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  const all = useMemo(() => around(boxes), [boxes]);
  if (all === null || boxes.length < FEW) return null;
  const frame = around([all, view]) ?? all;
  const scale = Math.max((frame.width + 2 * PAD) / WIDTH, (frame.height + 2 * PAD) / HEIGHT);
  const left = frame.x + frame.width / 2 - (WIDTH * scale) / 2;
  const top = frame.y + frame.height / 2 - (HEIGHT * scale) / 2;
  const go = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    void flow.setCenter(left + (event.clientX - box.left) * scale, top + (event.clientY - box.top) * scale, { zoom });
  };
  return (
    <svg
      className={classes["map"]}
      role="img"
      aria-label={t("canvas.minimap")}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`${left} ${top} ${WIDTH * scale} ${HEIGHT * scale}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      {marks}
      <rect className={classes["mapView"]} x={view.x} y={view.y} width={view.width} height={view.height} rx={8 * scale} strokeWidth={1.5 * scale} />
    </svg>
  );
}
