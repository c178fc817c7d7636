import type { ClickedLink } from "@/api/content";

/** Web addresses alone are counted; a mail address or a place in the page is no link of the map. */
const COUNTED = /^https?:/i;

/**
 * The message with the clicks of each link beside it.
 *
 * Links are numbered as the server numbers them: web addresses in their order. The same link at several places shows its
 * clicks at the first, for it is counted once.
 */
export function withClicks(html: string, links: readonly ClickedLink[], say: (link: ClickedLink) => string, chosen = ""): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  const at = new Map(links.filter((one) => one.position > 0).map((one) => [one.position, one]));
  const most = Math.max(1, ...links.map((one) => one.clicks));
  let place = 0;
  for (const link of page.querySelectorAll("a[href]")) {
    if (!COUNTED.test(link.getAttribute("href") ?? "")) continue;
    place += 1;
    const told = at.get(place);
    if (told === undefined) continue;
    const heat = told.clicks / most;
    const badge = page.createElement("span");
    badge.textContent = say(told);
    const picked = told.link === chosen;
    badge.setAttribute(
      "style",
      `display:inline-block;margin:0 0 0 6px;padding:1px 8px;border-radius:999px;font:600 12px/18px system-ui,sans-serif;vertical-align:middle;white-space:nowrap;text-decoration:none;color:${heat > 0.45 ? "#fff" : "#372a9e"};background:color-mix(in srgb, #5b49df ${Math.round(14 + 86 * heat)}%, #fff);${picked ? "box-shadow:0 0 0 3px #f59f00;" : ""}`,
    );
    link.setAttribute("style", `${link.getAttribute("style") ?? ""};outline:2px solid rgba(91,73,223,${(0.25 + 0.75 * heat).toFixed(2)});outline-offset:2px`);
    link.after(badge);
  }
  return `<!doctype html>${page.documentElement.outerHTML}`;
}
