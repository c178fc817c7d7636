import { useSyncExternalStore } from "react";

const STEP_MS = 30_000;
/** Nearer than this the browser's clock is good enough, and dates do not jump by a request's way. */
const TOLERATED_MS = 60_000;
let aheadMs = 0;
let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = platformNow();
  for (const one of listeners) one();
}

/** The platform's time: the browser's clock, mended by what the platform told. */
export function platformNow(): Date {
  return new Date(Date.now() + aheadMs);
}

/** Takes the platform's word for the time: a browser's clock may be wrong, and a local cloud's may run ahead. */
export function setPlatformTime(told: Date): void {
  const ahead = told.getTime() - Date.now();
  aheadMs = Number.isNaN(ahead) || Math.abs(ahead) < TOLERATED_MS ? 0 : ahead;
  tick();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tick();
  }, STEP_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, moving twice a minute; one timer for all. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}
