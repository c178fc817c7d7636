import { MiniMap } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { groupOf } from "../model/groups";
import { lookupOf } from "../model/lookup";
import { useBuilder, useBuilderStore } from "../store/context";
import type { StepFlowNode } from "./flow";
import classes from "./Canvas.module.css";

/** The overview map, coloured by group. */
export function Overview() {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const many = useBuilder((state) => state.graph.nodes.length > 3);
  if (!many) return null;
  return (
    <MiniMap<StepFlowNode>
      className={classes["map"] ?? ""}
      ariaLabel={t("canvas.minimap")}
      pannable
      zoomable
      style={{ width: 168, height: 112 }}
      maskColor="color-mix(in srgb, var(--page) 72%, transparent)"
      bgColor="var(--surface)"
      nodeBorderRadius={24}
      nodeColor={(node) => {
        const { graph, catalogue } = store.getState();
        return `var(--node-${groupOf(catalogue.get(lookupOf(graph).nodes.get(node.id)?.type ?? ""))})`;
      }}
    />
  );
}
