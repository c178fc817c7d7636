/** The visual form of a condition's text: reads it by the server, and tells the text of every edit. */
import { useEffect, useRef, useState } from "react";
import { asApiError } from "@/api/error";
import { type ConditionProblem, useLanguage } from "./language";
import { emptyGroup, fromTree, type Group, toTree } from "./model";
import { isTree, type Tree } from "./tree";

const PAUSE_MS = 200;

export type ConditionValue = string | Readonly<Record<string, unknown>> | null | undefined;

export interface ConditionForm {
  readonly form: Group;
  readonly edit: (next: Group) => void;
  readonly state: "reading" | "ready" | "unreadable";
  readonly problems: readonly ConditionProblem[];
  /** Why the server could not be asked; empty: it was. */
  readonly failed: string;
}

export function useConditionForm(value: ConditionValue, onChange: (text: string) => void): ConditionForm {
  const language = useLanguage();
  const [form, setForm] = useState<Group>(() => (isTree(value) ? fromTree(value) : emptyGroup()));
  const [state, setState] = useState<ConditionForm["state"]>(typeof value === "string" && value.trim() !== "" ? "reading" : "ready");
  const [problems, setProblems] = useState<readonly ConditionProblem[]>([]);
  const [failed, setFailed] = useState("");
  /** The text or tree that the form shows. */
  const shown = useRef<ConditionValue>(undefined);
  const written = useRef("");
  const pending = useRef<{ timer: ReturnType<typeof setTimeout>; tree: Tree; ticket: number } | null>(null);
  const ticket = useRef(0);
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });

  useEffect(() => {
    if (shown.current !== undefined && value === shown.current) return undefined;
    shown.current = value ?? "";
    const adopt = (tree: Tree | null): void => {
      const next = tree === null ? emptyGroup() : fromTree(tree);
      written.current = JSON.stringify(toTree(next));
      setForm(next);
      setState("ready");
    };
    const asking = new AbortController();
    const isText = typeof value === "string" && value.trim() !== "";
    const said = isText ? language.parse(value, asking.signal) : Promise.resolve({ text: "", tree: isTree(value) ? value : null, problems: [] });
    said.then(
      ({ tree, problems: found }) => {
        if (asking.signal.aborted) return;
        setProblems(found);
        setFailed("");
        if (tree === null && isText) setState("unreadable");
        else adopt(tree);
      },
      (fault: unknown) => {
        if (asking.signal.aborted) return;
        setFailed(asApiError(fault).message);
        setState("unreadable");
      },
    );
    return () => {
      // Nothing was shown of it: the next value, or this one once more, is read anew.
      asking.abort();
      if (shown.current === value) shown.current = undefined;
    };
  }, [value, language]);

  const print = useRef(async (tree: Tree, mine: number): Promise<void> => {
    try {
      const said = await language.print(tree);
      if (mine !== ticket.current) return;
      setProblems(said.problems);
      setFailed("");
      if (said.tree === null) return;
      shown.current = said.text;
      tell.current(said.text);
    } catch (fault) {
      if (mine === ticket.current) setFailed(asApiError(fault).message);
    }
  });

  useEffect(
    () => () => {
      // What was drawn a moment before the panel closed counts, too.
      const last = pending.current;
      if (last === null) return;
      clearTimeout(last.timer);
      pending.current = null;
      void print.current(last.tree, last.ticket);
    },
    [],
  );

  const edit = (next: Group): void => {
    setForm(next);
    const tree = toTree(next);
    const key = JSON.stringify(tree);
    if (key === written.current) return;
    written.current = key;
    ticket.current += 1;
    const mine = ticket.current;
    if (pending.current !== null) clearTimeout(pending.current.timer);
    pending.current = null;
    if (tree === null) {
      shown.current = "";
      setProblems([]);
      tell.current("");
      return;
    }
    const timer = setTimeout(() => {
      pending.current = null;
      void print.current(tree, mine);
    }, PAUSE_MS);
    pending.current = { timer, tree, ticket: mine };
  };

  return { form, edit, state, problems, failed };
}
