/** One tooltip for all handles: hundreds of them must not cost hundreds of components. */
import { useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import classes from "./Canvas.module.css";

interface Shown {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

let shown: Shown | null = null;
let timer = 0;
const listeners = new Set<() => void>();

function tell(next: Shown | null): void {
  shown = next;
  for (const listener of listeners) listener();
}

export function showTip(element: Element, text: string): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    const box = element.getBoundingClientRect();
    tell({ text, x: box.left + box.width / 2, y: box.bottom + 6 });
  }, 250);
}

export function hideTip(): void {
  window.clearTimeout(timer);
  if (shown !== null) tell(null);
}

export function Tip() {
  const tip = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  if (tip === null) return null;
  return createPortal(
    <div className={classes["tip"]} style={{ left: tip.x, top: tip.y }} aria-hidden>
      {tip.text}
    </div>,
    document.body,
  );
}
