/** What the tabs of a workflow get. A tab is `tabs/<Name>Tab.tsx` with a default export; it is loaded when it is opened. */
import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import type { WorkflowDraft } from "@/builder/api";
import type { Catalogue, Graph } from "@/builder/model/types";
import type { NodePanelProps, Slots, WorkflowPanelProps } from "@/builder/slots";

export interface TabProps {
  readonly draft: WorkflowDraft;
  readonly catalogue: Catalogue;
  /** The draft as it is drawn right now; saved a moment later. */
  readonly graph: Graph;
  /** Opens the canvas, with a step selected. */
  readonly openNode: (node: string) => void;
}

export interface PublishDialogProps {
  readonly draft: WorkflowDraft;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly openNode: (node: string) => void;
}

export const TABS = ["build", "try", "live", "versions", "settings"] as const;
export type Tab = (typeof TABS)[number];

type Loader<T> = () => Promise<{ default: ComponentType<T> }>;

const tabFiles = import.meta.glob<{ default: ComponentType<TabProps> }>("./tabs/*Tab.tsx");
const dialogFiles = import.meta.glob<{ default: ComponentType<PublishDialogProps> }>("./publish/PublishDialog.tsx");
const nodePanelFiles = import.meta.glob<{ NodePanel: ComponentType<NodePanelProps> }>("../../builder/panels/NodePanel.tsx");
const workflowPanelFiles = import.meta.glob<{ WorkflowPanel: ComponentType<WorkflowPanelProps> }>("../../builder/panels/WorkflowPanel.tsx");

function only<T>(files: Readonly<Record<string, () => Promise<T>>>): (() => Promise<T>) | undefined {
  return Object.values(files)[0];
}

function tab(name: string): LazyExoticComponent<ComponentType<TabProps>> | undefined {
  const load: Loader<TabProps> | undefined = tabFiles[`./tabs/${name}Tab.tsx`];
  return load === undefined ? undefined : lazy(load);
}

export const TAB_PAGES: Readonly<Partial<Record<Tab, LazyExoticComponent<ComponentType<TabProps>>>>> = Object.fromEntries(
  (["Try", "Live", "Versions", "Settings"] as const).flatMap((name) => {
    const page = tab(name);
    return page === undefined ? [] : [[name.toLowerCase(), page]];
  }),
);

const dialog = only(dialogFiles);
export const PublishDialog = dialog === undefined ? undefined : lazy(dialog);

const nodePanel = only(nodePanelFiles);
const workflowPanel = only(workflowPanelFiles);

export const PANELS: Slots = {
  ...(nodePanel === undefined ? {} : { NodePanel: lazy(async () => ({ default: (await nodePanel()).NodePanel })) }),
  ...(workflowPanel === undefined ? {} : { WorkflowPanel: lazy(async () => ({ default: (await workflowPanel()).WorkflowPanel })) }),
};
