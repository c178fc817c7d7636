/** Clicks that mean something: calls to action and downloads. */

import type { Client } from "../client";

const FILES = /\.(pdf|zip|docx?|xlsx?|pptx?|csv|epub|dmg|exe|msi|apk|gz|tgz|7z|rar|mp3|mp4|mov)$/i;
const MARKED = "[data-stepwell-cta]";
const EVERY = `${MARKED},button,[role=button],input[type=button]`;

export function clicks(client: Client, every: boolean): void {
  document.addEventListener(
    "click",
    (event) => {
      const target = event.target;
      if (!(target instanceof Element) || target.closest("[data-stepwell-ignore]")) return;
      const link = target.closest<HTMLAnchorElement>("a[href]");
      const marked = target.closest<HTMLElement>(every ? EVERY : MARKED);
      // `closest` of an SVG's link has no text address.
      const address = link && typeof link.href === "string" ? client.clean(link.href) : "";
      // A form's own button is told of by its submission.
      if (marked && !(marked.dataset.stepwellCta === undefined && marked.closest("form"))) {
        const text = (marked.innerText ?? marked.textContent ?? "").trim().slice(0, 100);
        client.track("cta_click", {
          cta: marked.dataset.stepwellCta || marked.id || text,
          text,
          ...(address ? { href: address } : {}),
        });
      }
      const path = address.replace(/[?#].*/, "");
      if (link && (link.hasAttribute("download") || FILES.test(path)))
        client.track("download", {
          href: address,
          file: link.getAttribute("download") || path.slice(path.lastIndexOf("/") + 1),
          ...(link.dataset.stepwellDownload ? { content: link.dataset.stepwellDownload } : {}),
        });
    },
    true,
  );
}
