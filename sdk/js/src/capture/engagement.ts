/** How long and how far a page was read: `page_left` once a view, `scroll_depth` at four marks. */

import type { Client } from "../client";

/** Seconds after the last sign of life that still count: reading moves nothing. */
const IDLE_MS = 30_000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "scroll", "touchmove", "wheel", "timeupdate"];
const MARKS = [25, 50, 75, 100];

export function engagement(client: Client, leaving: boolean, scrolling: boolean): void {
  let engaged = 0;
  let visible = 0;
  let last = 0;
  let sign = 0;
  let deepest = 0;
  let told = 0;

  const shown = (): boolean => document.visibilityState !== "hidden";
  /** Adds the time since the last call, as far as the page was shown. */
  const count = (active: boolean): void => {
    const now = Date.now();
    if (last) {
      visible += now - last;
      engaged += Math.max(0, Math.min(now, sign + IDLE_MS) - last);
    }
    if (active) sign = now;
    last = shown() ? now : 0;
  };
  const depth = (): number => {
    const whole = document.documentElement.scrollHeight;
    return whole ? Math.min(100, Math.round((100 * (scrollY + innerHeight)) / whole)) : 0;
  };

  client.arrivals.push(() => {
    engaged = visible = deepest = told = 0;
    last = shown() ? Date.now() : 0;
    sign = Date.now();
  });
  for (const name of SIGNS)
    addEventListener(name, () => count(true), { passive: true, capture: true });
  document.addEventListener("visibilitychange", () => count(shown()), true);

  addEventListener(
    "scroll",
    () => {
      deepest = Math.max(deepest, depth());
      for (const mark of MARKS)
        if (scrolling && mark > told && mark <= deepest) {
          told = mark;
          client.track("scroll_depth", { percent: mark });
        }
    },
    { passive: true },
  );

  if (leaving)
    client.farewells.push(() => {
      count(false);
      deepest = Math.max(deepest, depth());
      return [
        [
          "page_left",
          {
            time_on_page: Math.round(engaged / 1000),
            visible_seconds: Math.round(visible / 1000),
            scroll_depth: deepest,
          },
        ],
      ];
    });
}
