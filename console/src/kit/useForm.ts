import { useState } from "react";
import { ApiError } from "@/api/error";

export interface Form<V> {
  values: V;
  set: <K extends keyof V>(name: K, value: V[K]) => void;
  reset: (values: V) => void;
  changed: boolean;
  /** What is wrong with a field: our own check, or what the server said of its place. */
  problem: (name: keyof V & string) => string | undefined;
  /** What the server said of no field. */
  failure: unknown;
  running: boolean;
  submit: () => Promise<boolean>;
}

/**
 * A form: values, checks, and the server's objections at their fields.
 *
 * `details[].place` of an ApiError is matched with fields by its parts: `workspace.sender` belongs to the field `sender`.
 */
export function useForm<V extends object>(
  initial: V,
  send: (values: V) => Promise<unknown>,
  check: (values: V) => Partial<Record<keyof V & string, string>> = () => ({}),
): Form<V> {
  const [start, setStart] = useState(initial);
  const [values, setValues] = useState(initial);
  const [own, setOwn] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  const said = failure instanceof ApiError ? failure.places() : [];
  const placed = new Map<string, string>();
  for (const { place, message } of said) {
    const field = place?.split(/[.[\]/]+/).find((part) => part in values);
    if (field && !placed.has(field)) placed.set(field, message);
  }
  return {
    values,
    set: (name, value) => {
      setValues((before) => ({ ...before, [name]: value }));
      setOwn((before) => ({ ...before, [name]: undefined }));
    },
    reset: (next) => {
      setStart(next);
      setValues(next);
      setOwn({});
      setFailure(null);
    },
    changed: JSON.stringify(values) !== JSON.stringify(start),
    problem: (name) => own[name] ?? placed.get(name),
    failure: placed.size > 0 && placed.size === said.length ? null : failure,
    running,
    submit: async () => {
      const problems = check(values);
      setOwn(problems);
      if (Object.values(problems).some(Boolean)) return false;
      setRunning(true);
      setFailure(null);
      try {
        await send(values);
        setStart(values);
        return true;
      } catch (error) {
        setFailure(error);
        return false;
      } finally {
        setRunning(false);
      }
    },
  };
}
