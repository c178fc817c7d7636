/** The server's parser and printer as it answered: pairs of text and tree that a test of the server holds true. */
import type { ConditionLanguage, ConditionReading } from "../language";
import { isTree, type Tree } from "../tree";
import pairs from "./pairs.json";

interface Pair {
  readonly text: string;
  readonly tree: Tree;
}

export const PAIRS: readonly Pair[] = pairs.flatMap(({ text, tree }: { text: string; tree: unknown }) => (isTree(tree) ? [{ text, tree }] : []));

export function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

const fault = (message: string, position: number | null): ConditionReading => ({ text: "", tree: null, problems: [{ code: "condition_syntax", message, path: "", position, severity: "error" }] });

/** Answers from the table; what stands not in it cannot be read, and what is asked is noted. */
export function tableLanguage(): ConditionLanguage & { readonly printed: Tree[] } {
  const printed: Tree[] = [];
  return {
    printed,
    parse: (text) => {
      const found = PAIRS.find((one) => one.text === text);
      return Promise.resolve(found === undefined ? fault("expected a field", 0) : { ...found, problems: [] });
    },
    print: (tree) => {
      printed.push(tree);
      const found = PAIRS.find((one) => stable(one.tree) === stable(tree));
      return Promise.resolve(found === undefined ? fault(`no pair for ${stable(tree)}`, null) : { ...found, problems: [] });
    },
  };
}
