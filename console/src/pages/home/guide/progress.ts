import { useSyncExternalStore } from "react";
import { STEPS, type StepName } from "./steps";

/** Where somebody is on the tour: a step that is shown now, `closed` for good, or not begun. */
export type Tour = { state: "idle" } | { state: "closed" } | { state: "on"; step: StepName };

const KEY = "stepwell.guide";
const listeners = new Set<() => void>();
let known: { text: string | null; tour: Tour } = { text: null, tour: { state: "idle" } };

/** The same object as long as nothing changed, which React asks for. */
function read(): Tour {
  const text = localStorage.getItem(KEY);
  if (known.text !== text) {
    const step = STEPS.find((one) => one === text);
    known = { text, tour: text === "closed" ? { state: "closed" } : step ? { state: "on", step } : { state: "idle" } };
  }
  return known.tour;
}

function write(text: string | null): void {
  if (text === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, text);
  for (const one of listeners) one();
}

/** Begins, goes on and ends; kept in this browser, so that a reload or another tab goes on where one was. */
export const tour = {
  at: (step: StepName): void => write(step),
  /** Takes the hint away; Home offers to go on. */
  rest: (): void => write(null),
  close: (): void => write("closed"),
};

export function useTour(): Tour {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    window.addEventListener("storage", listener);
    return () => {
      listeners.delete(listener);
      window.removeEventListener("storage", listener);
    };
  }, read);
}
