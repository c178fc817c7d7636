import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/error";

export type SaveState = "saved" | "changed" | "saving" | "conflict" | "failed";

/**
 * Saves a value a moment after it last changed, one save at a time.
 *
 * `save` gets the newest value; `key` tells two values apart. A conflict (409) stops saving until `resume` is called.
 */
export function useAutosave<T>(value: T, key: string, save: (value: T) => Promise<unknown>, { delayMs = 800, enabled = true } = {}) {
  const [state, setState] = useState<SaveState>("saved");
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const latest = useRef({ value, key, save });
  const kept = useRef(key);
  const [savedKey, setSavedKey] = useState(key);
  const running = useRef(false);
  useEffect(() => {
    latest.current = { value, key, save };
  });

  useEffect(() => {
    if (!enabled || key === kept.current || state === "conflict") return;
    const timer = setTimeout(() => {
      if (running.current) return;
      const now = latest.current;
      running.current = true;
      setState("saving");
      setError(null);
      now.save(now.value).then(
        () => {
          running.current = false;
          kept.current = now.key;
          setSavedKey(now.key);
          setState(latest.current.key === now.key ? "saved" : "changed");
          setTurn((count) => count + 1);
        },
        (failure: unknown) => {
          running.current = false;
          setError(failure);
          setState(failure instanceof ApiError && failure.isConflict ? "conflict" : "failed");
        },
      );
    }, delayMs);
    return () => clearTimeout(timer);
  }, [key, enabled, delayMs, state, turn]);

  useEffect(() => {
    if (!enabled || key === kept.current) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [key, enabled, turn]);

  return {
    state: state === "saved" && key !== savedKey ? ("changed" as const) : state,
    error,
    /** Try again after a failure, or go on after a conflict was settled; `held`: what the server holds now. */
    resume: (held?: string) => {
      if (held !== undefined) {
        kept.current = held;
        setSavedKey(held);
      }
      setError(null);
      setState("changed");
      setTurn((count) => count + 1);
    },
  };
}
