import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/error";
import { messages, sourceOf, useMessagesChanged, type Message, type MessageSource } from "@/api/templates";
import { forget, keep, kept } from "./kept";

export type DraftState = "saved" | "changed" | "saving" | "conflict" | "failed";

export interface Draft {
  source: MessageSource;
  change: (changes: Partial<MessageSource>) => void;
  /** Takes a whole document, of an earlier state for instance. */
  take: (source: MessageSource) => void;
  state: DraftState;
  error: unknown;
  rev: number;
  save: () => Promise<void>;
  /** Back to what is saved. */
  discard: () => void;
  /** After a conflict: `theirs` drops one's own, `mine` writes over theirs. */
  settle: (choice: "theirs" | "mine") => Promise<void>;
  /** Grows when the whole message was replaced, not typed. */
  turn: number;
  /** When unsaved changes of an earlier visit were taken up. */
  recovered: string | null;
}

/**
 * A message while it is written. Each change is kept in this browser at once; live workflows send what is saved, so
 * saving is an act of its own.
 */
export function useDraft(message: Message): Draft {
  const changed = useMessagesChanged();
  const [held, setHeld] = useState(() => ({ rev: message.rev, source: sourceOf(message.template) }));
  const [found] = useState(() => {
    const one = kept(message.id);
    return one !== null && JSON.stringify(one.source) !== JSON.stringify(held.source) ? one : null;
  });
  const [source, setSource] = useState(found?.source ?? held.source);
  const [base, setBase] = useState(found?.rev ?? held.rev);
  const [recovered, setRecovered] = useState(found?.at ?? null);
  const [turn, setTurn] = useState(0);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const dirty = JSON.stringify(source) !== JSON.stringify(held.source);
  const conflict = error instanceof ApiError && error.code === "stale_rev";
  const now = useRef({ source, base });
  useEffect(() => {
    now.current = { source, base };
  });

  useEffect(() => {
    if (!dirty) return;
    const timer = setTimeout(() => keep(base, source), 300);
    const warn = (event: BeforeUnloadEvent): void => {
      keep(now.current.base, now.current.source);
      event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      clearTimeout(timer);
      keep(now.current.base, now.current.source);
      window.removeEventListener("beforeunload", warn);
    };
  }, [source, base, dirty]);

  async function write(rev: number): Promise<void> {
    if (saving) return;
    const sent = source;
    setSaving(true);
    setError(null);
    try {
      const saved = await messages.save(sent, rev);
      // The server compiles MJML and drops the layout; what is compared is what was written.
      setHeld({ rev: saved.rev, source: sent });
      setBase(saved.rev);
      setRecovered(null);
      now.current = { source: sent, base: saved.rev };
      forget(sent.id);
      await changed();
    } catch (failure) {
      setError(failure);
    } finally {
      setSaving(false);
    }
  }
  function take(next: MessageSource): void {
    setSource(next);
    setTurn((count) => count + 1);
    setError((before: unknown) => (before instanceof ApiError && before.code === "stale_rev" ? before : null));
  }
  return {
    source,
    change: (changes) => setSource((before) => ({ ...before, ...changes })),
    take,
    state: saving ? "saving" : conflict ? "conflict" : error !== null ? "failed" : dirty ? "changed" : "saved",
    error,
    rev: base,
    recovered,
    turn,
    save: () => write(base),
    discard: () => {
      forget(source.id);
      setSource(held.source);
      setTurn((count) => count + 1);
      setBase(held.rev);
      setRecovered(null);
      setError(null);
      now.current = { source: held.source, base: held.rev };
    },
    settle: async (choice) => {
      const theirs = await messages.read(source.id);
      if (choice === "mine") return write(theirs.rev);
      forget(source.id);
      const fresh = sourceOf(theirs.template);
      setHeld({ rev: theirs.rev, source: fresh });
      setSource(fresh);
      setTurn((count) => count + 1);
      setBase(theirs.rev);
      setError(null);
      setRecovered(null);
      now.current = { source: fresh, base: theirs.rev };
    },
  };
}
