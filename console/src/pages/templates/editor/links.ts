/** What the link check says of a rendered message. Pure but for the browser's HTML parser, which runs no scripts. */

export type LinkFault = "empty" | "scheme" | "insecure" | "example" | "placeholder";

export interface FoundLink {
  href: string;
  label: string;
  fault: LinkFault | null;
}

export interface MessageReport {
  links: FoundLink[];
  images: { src: string; alt: string | null }[];
  bytes: number;
  /** Gmail shows no more than this of a message; the unsubscribe link at its end would be gone. */
  clipped: boolean;
  unsubscribe: boolean;
}

export const GMAIL_CLIP_BYTES = 102 * 1024;
/** Stands for a contact's own link in previews. */
const PREVIEW_LINK = "https://example.com/u/preview";
const GOOD = /^(https:|mailto:|tel:|sms:)/i;

export function faultOf(href: string): LinkFault | null {
  const plain = href.trim();
  if (plain === "" || plain === "#") return "empty";
  if (plain === PREVIEW_LINK) return null;
  if (/^\{[{%]|\}\}$/.test(plain)) return "placeholder";
  if (/^http:\/\//i.test(plain)) return "insecure";
  if (!GOOD.test(plain)) return "scheme";
  try {
    if (/^https:/i.test(plain) && !new URL(plain).hostname.includes(".")) return "scheme";
  } catch {
    return "scheme";
  }
  return /^https:\/\/([\w-]+\.)*example\.(com|org|net)([/?#]|$)/i.test(plain) ? "example" : null;
}

export function reportOf(html: string): MessageReport {
  const page = new DOMParser().parseFromString(html, "text/html");
  const links = [...page.querySelectorAll("a")].map((one): FoundLink => {
    const href = one.getAttribute("href") ?? "";
    const label = one.textContent.trim() || (one.querySelector("img")?.getAttribute("alt") ?? "");
    return { href, label, fault: faultOf(href) };
  });
  const images = [...page.querySelectorAll("img")].map((one) => ({ src: one.getAttribute("src") ?? "", alt: one.getAttribute("alt") }));
  const bytes = new TextEncoder().encode(html).length;
  return { links, images, bytes, clipped: bytes > GMAIL_CLIP_BYTES, unsubscribe: links.some((one) => one.href === PREVIEW_LINK) };
}

/** How many things want to be mended. */
export function problemsOf(report: MessageReport, marketing: boolean): number {
  const wrong = report.links.filter((one) => one.fault !== null && one.fault !== "example").length;
  return wrong + report.images.filter((one) => one.alt === null || one.src === "").length + (report.clipped ? 1 : 0) + (marketing && !report.unsubscribe ? 1 : 0);
}
