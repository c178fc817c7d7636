/** How long the canvas takes to move; who wants no motion gets none. */
export function lasting(ms: number): { readonly duration: number } {
  return { duration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : ms };
}
