/**
 * Takes Jinja2 out of MJML while something that knows only markup has it, and puts it back unchanged.
 *
 * Simple expressions stay as they are: people shall see `{{ first_name }}` in a text. What holds quotes, angle brackets
 * or statements becomes a mark like `⟦2 for item in…⟧` that survives parsing, editing and writing.
 */

const TEXT = `'(?:\\\\.|[^'\\\\])*'|"(?:\\\\.|[^"\\\\])*"`;
const JINJA = new RegExp(
  `\\{#[\\s\\S]*?#\\}|\\{%-?\\s*raw\\s*-?%\\}[\\s\\S]*?\\{%-?\\s*endraw\\s*-?%\\}|\\{\\{(?:${TEXT}|(?!\\}\\})[\\s\\S])*?\\}\\}|\\{%(?:${TEXT}|(?!%\\})[\\s\\S])*?%\\}`,
  "g",
);
const MARK = /⟦(\d+)[^⟦⟧]*⟧/g;

export interface Hidden {
  text: string;
  pieces: string[];
}

export function hideJinja(source: string): Hidden {
  const pieces: string[] = [];
  const text = source.replaceAll(JINJA, (piece) => {
    if (/^\{\{[\w\s.|]*\}\}$/.test(piece)) return piece;
    pieces.push(piece);
    const words = piece.slice(2, -2).replaceAll(/[^\w. ]+/g, " ").trim().slice(0, 24);
    return `⟦${pieces.length} ${words}⟧`;
  });
  return { text, pieces };
}

export function showJinja(text: string, pieces: readonly string[]): string {
  return text.replaceAll(MARK, (mark, number: string) => pieces[Number(number) - 1] ?? mark);
}
