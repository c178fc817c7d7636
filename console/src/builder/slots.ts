/** What others fill in: the config panel of a node and of the workflow. Loaded when the first panel opens. */
import type { ComponentType } from "react";
import type { Problem } from "./model/checks";
import type { Config, Details, GraphNode, NodeType } from "./model/types";

export interface NodePanelProps {
  readonly node: GraphNode;
  readonly type: NodeType;
  readonly problems: readonly Problem[];
  readonly readOnly: boolean;
  /** The field to show and focus (`config.url`), with a tick that makes the same wish new. */
  readonly wish: { readonly field: string; readonly tick: number } | null;
  /** Typing in one field within a moment is one undo step. */
  readonly onChange: (config: Config, field: string) => void;
  readonly onRetry: (retry: GraphNode["retry"]) => void;
}

export interface WorkflowPanelProps {
  readonly details: Details;
  readonly problems: readonly Problem[];
  readonly readOnly: boolean;
  readonly wish: { readonly field: string; readonly tick: number } | null;
  readonly onChange: (details: Details, field: string) => void;
}

export interface Slots {
  readonly NodePanel?: ComponentType<NodePanelProps>;
  readonly WorkflowPanel?: ComponentType<WorkflowPanelProps>;
}
