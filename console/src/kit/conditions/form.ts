/** What the parts of the visual form share. */
import { createContext, use } from "react";
import type { ConditionContext, Knowledge } from "./knowledge";
import type { ConditionProblem } from "./language";
import type { Group } from "./model";

export interface FormParts {
  readonly form: Group;
  readonly edit: (next: Group) => void;
  readonly knowledge: Knowledge;
  readonly context: ConditionContext;
  readonly readOnly: boolean;
  readonly problems: ReadonlyMap<string, readonly ConditionProblem[]>;
  /** Whose properties bare names are: set inside an event's `where`. */
  readonly inside: string | null;
  /** The row whose first field shall have the focus: it was just added. */
  readonly fresh: string | null;
  readonly setFresh: (id: string) => void;
}

export const FormContext = createContext<FormParts | null>(null);

export function useParts(): FormParts {
  const parts = use(FormContext);
  if (parts === null) throw new Error("A part of the condition form stands outside of it.");
  return parts;
}

/** `company_size` -> `Company size`. */
export function nameOf(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
