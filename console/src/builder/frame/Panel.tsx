import { ActionIcon, Loader } from "@mantine/core";
import { IconAlertTriangle, IconExclamationCircle, IconSettings, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { StepIcon } from "../library/StepIcon";
import type { Problem } from "../model/checks";
import { configure, renameNode, setDetails, setRetry } from "../model/edits";
import { lookupOf } from "../model/lookup";
import type { GraphNode } from "../model/types";
import type { Slots } from "../slots";
import { useBuilder, useBuilderStore, useViews } from "../store/context";
import { useProblemText } from "./useProblemText";
import { PanelWays } from "./Ways";
import classes from "./Panel.module.css";

const NONE: readonly Problem[] = [];
const KEPT = "stepwell.panel";
const LEAST = 320;
const MOST = 640;

/** The side panel: name, problems, the step's own form (a slot), and where its ways lead. */
export function SidePanel({ slots, workflow, onWorkflowClose }: { slots: Slots; workflow: boolean; onWorkflowClose: () => void }) {
  const open = useBuilder((state) => state.panelOpen);
  const id = useBuilder((state) => (state.selected.size === 1 ? ([...state.selected][0] ?? null) : null));
  const node = useBuilder((state) => (id === null ? undefined : lookupOf(state.graph).nodes.get(id)));
  if (workflow) return <WorkflowFrame slots={slots} onClose={onWorkflowClose} />;
  return open && node !== undefined ? <NodeFrame key={node.id} node={node} slots={slots} /> : null;
}

function NodeFrame({ node, slots }: { node: GraphNode; slots: Slots }) {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const views = useViews();
  const type = useBuilder((state) => state.catalogue.get(node.type));
  const problems = useBuilder((state) => state.problemsByNode.get(node.id)) ?? NONE;
  const readOnly = useBuilder((state) => state.readOnly);
  const wish = useBuilder((state) => (state.wish?.node === node.id ? state.wish : null));
  const view = views.of(node);
  const { do: actions } = store.getState();
  const { NodePanel } = slots;
  return (
    <Frame
      label={t("panel.title")}
      icon={<StepIcon icon={view.icon} group={view.group} size={40} />}
      title={
        <input
          className={classes["name"]}
          aria-label={t("panel.name")}
          value={node.name}
          placeholder={view.typeLabel}
          readOnly={readOnly}
          maxLength={120}
          onChange={(event) => actions.run(renameNode(node.id, event.currentTarget.value), { label: "rename", merge: `rename ${node.id}` })}
        />
      }
      sub={view.typeLabel}
      onClose={() => actions.select([])}
    >
      <p className={classes["about"]}>{type === undefined ? "" : views.typeDescription(type)}</p>
      <ProblemList problems={NodePanel === undefined ? problems : unplaced(problems)} />
      {NodePanel === undefined || type === undefined ? null : (
        <Suspense fallback={<Loader size="sm" />}>
          <NodePanel
            node={node}
            type={type}
            problems={problems}
            readOnly={readOnly}
            wish={wish}
            onChange={(config, field) => actions.run(configure(store.getState().catalogue, node.id, config), { label: "configure", merge: `configure ${node.id} ${field}` })}
            onRetry={(retry) => actions.run(setRetry(node.id, retry), { label: "configure", merge: `retry ${node.id}` })}
          />
        </Suspense>
      )}
      <PanelWays node={node} />
    </Frame>
  );
}

function WorkflowFrame({ slots, onClose }: { slots: Slots; onClose: () => void }) {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const details = useBuilder((state) => state.graph.details);
  const problems = useBuilder((state) => state.problemsByNode.get("")) ?? NONE;
  const readOnly = useBuilder((state) => state.readOnly);
  const wish = useBuilder((state) => (state.wish?.node === "" ? state.wish : null));
  const { WorkflowPanel } = slots;
  return (
    <Frame label={t("panel.workflow")} icon={<IconSettings size={24} aria-hidden />} title={<strong>{t("panel.workflow")}</strong>} sub="" onClose={onClose}>
      <ProblemList problems={problems} />
      {WorkflowPanel === undefined ? null : (
        <Suspense fallback={<Loader size="sm" />}>
          <WorkflowPanel details={details} problems={problems} readOnly={readOnly} wish={wish} onChange={(next, field) => store.getState().do.run(setDetails(next), { label: "details", merge: `details ${field}` })} />
        </Suspense>
      )}
    </Frame>
  );
}

/** Those that no field of the form tells: what belongs to a field is said there, and only there. */
function unplaced(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ field }) => !/^config[.[]/.test(field));
}

function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const { text } = useProblemText();
  if (problems.length === 0) return null;
  return (
    <ul className={classes["problems"]}>
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.field} ${problem.message}`} className={classes["problem"]} data-severity={problem.severity}>
          {problem.severity === "error" ? <IconExclamationCircle size={16} /> : <IconAlertTriangle size={16} />}
          <span>{text(problem)}</span>
        </li>
      ))}
    </ul>
  );
}

interface FrameProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly title: ReactNode;
  readonly sub: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function Frame({ label, icon, title, sub, onClose, children }: FrameProps) {
  const { t } = useTranslation("builder");
  const [width, setWidth] = useState(() => within(Number(localStorage.getItem(KEPT) ?? 384)));
  const resize = (to: number): void => {
    setWidth(within(to));
    localStorage.setItem(KEPT, String(within(to)));
  };
  const pull = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 1 && event.currentTarget.hasPointerCapture(event.pointerId)) resize(width - event.movementX);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "ArrowLeft") resize(width + 16);
    if (event.key === "ArrowRight") resize(width - 16);
  };
  return (
    <aside className={classes["panel"]} style={{ width }} aria-label={label} data-beside-canvas>
      <div
        className={classes["grip"]}
        role="separator"
        aria-orientation="vertical"
        aria-label={t("panel.resize")}
        aria-valuenow={width}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={pull}
        onKeyDown={keys}
      />
      <header className={classes["head"]}>
        {icon}
        <div className={classes["names"]}>
          {title}
          {sub === "" ? null : <div className={classes["type"]}>{sub}</div>}
        </div>
        <ActionIcon aria-label={t("panel.close")} onClick={onClose}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <div className={classes["body"]}>{children}</div>
    </aside>
  );
}

function within(width: number): number {
  return Math.min(Math.max(Number.isFinite(width) ? width : LEAST, LEAST), MOST);
}
