/** A place to go after signing in, if it is one of ours: addresses in links may come from strangers. */
export function safePath(given: unknown): string {
  if (typeof given !== "string" || !/^\/(?![/\\])/.test(given)) return "/";
  try {
    const url = new URL(given, "https://console.invalid");
    return url.origin === "https://console.invalid" && !url.pathname.startsWith("/sign-in") ? url.pathname + url.search + url.hash : "/";
  } catch {
    return "/";
  }
}
