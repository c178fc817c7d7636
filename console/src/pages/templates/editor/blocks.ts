/** Between a message's MJML and what the block editor holds. Pure but for the browser's parser. */
import { hideJinja, showJinja } from "./jinja";

const HEAD = /<mj-head[\s>][\s\S]*?<\/mj-head>|<mj-head\s*\/>/i;
/** The editor would show them as blocks of their own: on its canvas they have no effect. */
const DEFAULTS = /<mj-attributes[\s>][\s\S]*?<\/mj-attributes>/gi;
const VOID = /<(mj-[\w-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/>/g;
/** Tags whose content is text or HTML: there Jinja2 may stand as it is. */
const CONTENT = /<(mj-text|mj-button|mj-table|mj-raw|mj-navbar-link|mj-social-element|mj-accordion-title|mj-accordion-text)([\s>][\s\S]*?)<\/\1>/gi;

export interface Opened {
  /** What the editor gets. */
  mjml: string;
  pieces: readonly string[];
  /** The head as it was written: the editor would write it anew and lose parts. */
  head: string;
  /** The opening tag, with its attributes. */
  root: string;
}

/**
 * Makes MJML ready for the block editor: Jinja2 that is no plain expression becomes marks, statements between blocks
 * become `mj-raw`, and empty tags get their end, for the editor reads MJML as HTML.
 */
export function openBlocks(source: string): Opened {
  const { text, pieces } = hideJinja(source);
  const head = HEAD.exec(text)?.[0] ?? "";
  const inner: string[] = [];
  const bare = text
    .replace(VOID, "<$1$2></$1>")
    .replaceAll(CONTENT, (found) => `\u0000${inner.push(found) - 1}\u0000`)
    .replaceAll(/⟦\d+[^⟧]*⟧(?=[^<>]*(?:<|$))/g, (mark, place: number, whole: string) => (insideTag(whole, place) ? mark : `<mj-raw>${mark}</mj-raw>`))
    .replaceAll(/\u0000(\d+)\u0000/g, (_, number: string) => inner[Number(number)] ?? "");
  const withoutHead = head === "" ? bare : bare.replace(HEAD, "");
  // The head's styles are needed to look right; its own tags are put back as they were when the blocks are read.
  return { mjml: head === "" ? withoutHead : withoutHead.replace(/<mjml[^>]*>/i, (root) => root + head.replace(DEFAULTS, "").replace(VOID, "<$1$2></$1>")), pieces, head, root: /<mjml[^>]*>/i.exec(text)?.[0] ?? "<mjml>" };
}

function insideTag(text: string, place: number): boolean {
  return text.lastIndexOf("<", place) > text.lastIndexOf(">", place);
}

/** What the block editor wrote, as MJML with its Jinja2, its head and its opening tag as they were. */
export function closeBlocks(written: string, { pieces, head, root }: Opened): string {
  const withHead = HEAD.test(written) ? written.replace(HEAD, () => head) : head === "" ? written : written.replace(/<mjml[^>]*>/i, (found) => found + head);
  return `${showJinja(pretty(withHead.replace(/<mjml[^>]*>/i, () => root)), pieces)}\n`;
}

/** Tags that were in the source and are not in what came out, with how often. */
export function lostTags(before: string, after: string): string[] {
  const counts = count(after.replace(HEAD, ""));
  return [...count(before.replace(HEAD, ""))].filter(([tag, number]) => (counts.get(tag) ?? 0) < number).map(([tag]) => tag);
}

function count(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, tag] of text.matchAll(/<([a-z][\w-]*)[\s/>]/gi)) found.set((tag ?? "").toLowerCase(), (found.get((tag ?? "").toLowerCase()) ?? 0) + 1);
  return found;
}

/** A line a block, indented, so that people can read what the editor wrote; texts stay on their line. */
function pretty(mjml: string): string {
  const pieces = mjml.split(/(<\/?(?:mjml|mj-body|mj-wrapper|mj-section|mj-group|mj-column|mj-hero|mj-social|mj-navbar)(?:\s[^>]*)?>)/i).map((one) => one.trim()).filter((one) => one !== "");
  let depth = 0;
  return pieces
    .flatMap((piece) => {
      if (piece.startsWith("</") && !/></.test(piece)) depth = Math.max(0, depth - 1);
      const pad = "  ".repeat(depth);
      if (/^<(mjml|mj-body|mj-wrapper|mj-section|mj-group|mj-column|mj-hero|mj-social|mj-navbar)[\s>]/i.test(piece) && !piece.includes("</")) depth += 1;
      return piece.replaceAll(/(<\/mj-[\w-]+>)(?=<mj-)/g, "$1\n").split("\n").map((line) => (piece.startsWith("<mj-head") ? line : pad + line.trim()));
    })
    .join("\n");
}
