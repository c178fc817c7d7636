/** A deployment replaces the files of the console: a page that was open asks for parts that are gone. */
const FAILURES = /dynamically imported module|module script|Unable to preload|error loading/i;
const KEPT = "stepwell.reloaded";
const PAUSE_MS = 60_000;

export function isOldVersion(error: unknown): boolean {
  return error instanceof Error && FAILURES.test(error.message);
}

/** Loads the page anew, but not over and over where that does not help. */
export function reloadOnce(now: number = Date.now(), reload: () => void = () => location.reload()): boolean {
  const last = Number(sessionStorage.getItem(KEPT) ?? "0");
  if (now - last < PAUSE_MS) return false;
  sessionStorage.setItem(KEPT, String(now));
  reload();
  return true;
}
