/** What the inputs of a panel share: where they stand, and what is wrong at a place. */
import { createContext, use } from "react";
import type { ConditionContext, Named } from "@/kit/conditions/knowledge";
import type { Problem } from "../model/checks";
import { placeOf } from "./schema";

export interface PanelParts {
  /** Type of the node; `workflow` for the workflow itself. */
  readonly type: string;
  readonly readOnly: boolean;
  readonly problems: readonly Problem[];
  readonly problemText: (problem: Problem) => string;
  readonly context: ConditionContext;
  /** Events by which contacts come into the workflow. */
  readonly triggers: readonly string[];
  readonly messages: readonly Named[];
}

export const PanelContext = createContext<PanelParts | null>(null);

export function usePanel(): PanelParts {
  const parts = use(PanelContext);
  if (parts === null) throw new Error("An input of a panel stands outside of one.");
  return parts;
}

/** What is wrong at a place or below it; empty: nothing. */
export function useWrong(path: string, own = false): string {
  const { problems, problemText } = usePanel();
  const here = placeOf(path);
  const found = problems.find(({ field }) => placeOf(field) === here || (!own && placeOf(field).startsWith(`${here}.`)));
  return found === undefined ? "" : problemText(found);
}
