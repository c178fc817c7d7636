import { useState } from "react";
import { stable } from "../model/document";

/**
 * A value with a draft beside it: rows that are not complete yet live in the draft only. `write` gives what is stored;
 * a value that changes from outside replaces the draft.
 */
export function useMirror<V, D>(value: V, read: (value: V) => D, write: (draft: D) => V, onChange: (value: V) => void): readonly [D, (draft: D) => void] {
  const key = stable(value ?? null);
  const [state, setState] = useState(() => ({ key, draft: read(value) }));
  if (state.key !== key) setState({ key, draft: read(value) });
  const set = (draft: D): void => {
    const next = write(draft);
    const nextKey = stable(next ?? null);
    setState({ key: nextKey, draft });
    if (nextKey !== key) onChange(next);
  };
  return [state.draft, set];
}
