import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { IconAlertTriangle, IconDots, IconExclamationMark } from "@tabler/icons-react";
import { memo, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { StepIcon } from "../library/StepIcon";
import type { Problem } from "../model/checks";
import { lookupOf } from "../model/lookup";
import { useActions, useBuilder, useBuilderShallow, useNodeView } from "../store/context";
import { Counts } from "./Counts";
import { Ways } from "./Ways";
import type { StepFlowNode } from "./flow";
import classes from "./StepNode.module.css";

const NONE: readonly Problem[] = [];

/** A step on the canvas. It reads the model itself, by id: while it is dragged nothing of it renders anew. */
export const StepNode = memo(function StepNode({ id, selected }: NodeProps<StepFlowNode>) {
  const { t } = useTranslation("builder");
  const view = useNodeView(id);
  const direction = useBuilder((state) => state.direction);
  const problems = useBuilder((state) => state.problemsByNode.get(id)) ?? NONE;
  const mark = useBuilder((state) => state.marks?.get(id));
  const counts = useBuilder((state) => state.counts?.get(id));
  const first = useBuilder((state) => (state.selected.size > 0 ? state.selected.has(id) : state.graph.nodes[0]?.id === id));
  const readOnly = useBuilder((state) => state.readOnly);
  const wired = useBuilderShallow((state) => (lookupOf(state.graph).out.get(id) ?? []).map((edge) => edge.outcome));
  const actions = useActions();
  const measure = useUpdateNodeInternals();
  const handles = `${direction} ${view?.ways.map((way) => `${way.outcome}${way.at.x}`).join(" ") ?? ""}`;

  useEffect(() => {
    measure(id);
  }, [measure, id, handles]);

  if (view === null) return null;
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const rest = problems.length === 0 ? view.typeLabel : t("node.with_problems", { type: view.typeLabel, count: problems.length });
  return (
    <div
      className={classes["node"]}
      style={view.size}
      data-group={view.group}
      data-direction={direction}
      data-selected={selected}
      data-mark={mark}
      data-unavailable={!view.available}
      data-kind={view.group === "trigger" ? "trigger" : view.composite ? "composite" : "plain"}
    >
      {view.group === "trigger" ? null : (
        <Handle type="target" id="in" position={direction === "down" ? Position.Top : Position.Left} className={classes["entry"]} isConnectableStart={false} />
      )}
      <div
        className={classes["card"]}
        role="button"
        tabIndex={first ? 0 : -1}
        data-step={id}
        aria-pressed={selected}
      >
        <StepIcon icon={view.icon} group={view.group} size={40} />
        <span className={classes["words"]}>
          <span className={classes["title"]}>{view.title}</span>
          {view.line === "" ? null : (
            <span className={classes["line"]} data-todo={view.unfinished}>
              {view.line}
            </span>
          )}
          <span className="unseen">{rest}</span>
        </span>
      </div>
      {problems.length === 0 ? null : (
        <button
          type="button"
          tabIndex={-1}
          className={`${classes["badge"] ?? ""} nodrag`}
          data-severity={errors > 0 ? "error" : "warning"}
          aria-label={t("node.problems", { count: problems.length })}
          title={problems.map((problem) => problem.message).filter(Boolean).join("\n")}
          onClick={() => actions.show(id, problems[0]?.field ?? "")}
        >
          {errors > 0 ? <IconExclamationMark size={14} stroke={2.5} /> : <IconAlertTriangle size={12} stroke={2.25} />}
        </button>
      )}
      {readOnly ? null : (
        <button
          type="button"
          tabIndex={-1}
          className={`${classes["more"] ?? ""} nodrag`}
          aria-label={t("node.more")}
          data-menu={id}
        >
          <IconDots size={16} />
        </button>
      )}
      {counts === undefined ? null : <Counts counts={counts} />}
      <Ways id={id} ways={view.ways} wired={wired} direction={direction} readOnly={readOnly} />
    </div>
  );
});
