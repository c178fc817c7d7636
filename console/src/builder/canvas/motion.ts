/** How long the canvas takes to move; who wants no motion gets none. */
export function lasting(ms: number): { readonly duration: number } {
  return { duration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : ms };
}

/** How all steps are shown at once: above the toolbar and the map at the canvas's foot, never larger than life. */
export const FIT = { padding: { top: "24px", x: "32px", bottom: "152px" }, maxZoom: 1 } as const;
