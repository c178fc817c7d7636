/** The server's parser and printer: the console has none of its own, so text and picture cannot differ from what runs. */
import { createContext, use } from "react";
import { api, body } from "@/api/client";
import { isTree, type Tree } from "./tree";

export interface ConditionProblem {
  readonly code: string;
  readonly message: string;
  /** Where in the tree, as `items[1].left`. */
  readonly path: string;
  /** Offset into the text where reading stopped. */
  readonly position: number | null;
  readonly severity: "error" | "warning";
}

export interface ConditionReading {
  readonly text: string;
  readonly tree: Tree | null;
  readonly problems: readonly ConditionProblem[];
}

export interface ConditionLanguage {
  readonly parse: (text: string, signal?: AbortSignal) => Promise<ConditionReading>;
  readonly print: (tree: Tree) => Promise<ConditionReading>;
}

interface Said {
  readonly text: string;
  readonly tree: unknown;
  readonly problems: readonly ConditionProblem[];
}

const reading = ({ text, tree, problems }: Said): ConditionReading => ({ text, tree: isTree(tree) ? tree : null, problems });

const server: ConditionLanguage = {
  parse: async (text, signal) => reading(await body(api.POST("/api/v1/conditions/parse", { body: { text }, ...(signal === undefined ? {} : { signal }) }))),
  print: async (tree) => reading(await body(api.POST("/api/v1/conditions/print", { body: { tree: { ...tree } } }))),
};

export const LanguageContext = createContext<ConditionLanguage>(server);

export function useLanguage(): ConditionLanguage {
  return use(LanguageContext);
}
