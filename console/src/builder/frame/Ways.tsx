import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { connect, connectFault, disconnect } from "../model/edits";
import { lookupOf } from "../model/lookup";
import type { GraphNode } from "../model/types";
import { useBuilder, useBuilderStore, useViews } from "../store/context";
import classes from "./Panel.module.css";

/** Where each way leads, by name: connecting without a mouse, and from end to end of a large canvas. */
export function PanelWays({ node }: { node: GraphNode }) {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const views = useViews();
  const graph = useBuilder((state) => state.graph);
  const catalogue = useBuilder((state) => state.catalogue);
  const readOnly = useBuilder((state) => state.readOnly);
  const view = views.of(node);
  if (view.ways.length === 0) return null;
  const edges = lookupOf(graph).out.get(node.id) ?? [];
  const primary = view.ways[0]?.label ?? "";
  return (
    <section className={classes["ways"]}>
      <h2>{t("panel.leads_to")}</h2>
      {view.ways.map((way) => {
        const here = { source: node.id, outcome: way.outcome };
        const target = edges.find((edge) => edge.outcome === way.outcome)?.target ?? null;
        const data = graph.nodes
          .filter((other) => connectFault(graph, catalogue, here, other.id) === null)
          .map((other) => ({ value: other.id, label: views.of(other).title }));
        const placeholder = way.need === "must" ? t("panel.open_way") : way.need === "follows" ? t("panel.follows", { way: primary }) : t("panel.ends");
        return (
          <div key={way.outcome} className={classes["wayRow"]}>
            <span className={classes["wayName"]} title={way.tip}>
              {way.label}
            </span>
            <Select
              size="xs"
              searchable
              clearable
              disabled={readOnly}
              aria-label={way.label}
              placeholder={placeholder}
              data={data}
              value={target}
              onChange={(value) => store.getState().do.run(value === null ? disconnect([here]) : connect(here, value), { label: value === null ? "disconnect" : "connect" })}
            />
          </div>
        );
      })}
    </section>
  );
}
