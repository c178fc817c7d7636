/** Shows a message as a mail program in dark mode does: by the message's own dark styles, or turned around without any. */

const OWN_DARK = /prefers-color-scheme\s*:\s*dark/i;

export function hasDarkStyles(html: string): boolean {
  return OWN_DARK.test(html);
}

/**
 * The message under a colour scheme, whatever the reader of this page prefers.
 *
 * Queries of the scheme are made true or false by words that always are. Without dark styles the colours are inverted
 * and pictures kept, which is what Gmail's and Outlook's apps do.
 */
export function inScheme(html: string, dark: boolean): string {
  const always = "(min-width: 0px)";
  const never = "(max-width: 0px)";
  const settled = html
    .replaceAll(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi, dark ? always : never)
    .replaceAll(/\(\s*prefers-color-scheme\s*:\s*light\s*\)/gi, dark ? never : always);
  const inverted = dark && !hasDarkStyles(html);
  const style = inverted
    ? "html{background:#fff;filter:invert(1) hue-rotate(180deg)}img,video{filter:invert(1) hue-rotate(180deg)}"
    : `html{color-scheme:${dark ? "dark" : "light"}}`;
  const sheet = `<style>${style}body{overflow-wrap:anywhere}</style>`;
  return /<\/head>/i.test(settled) ? settled.replace(/<\/head>/i, `${sheet}</head>`) : `${sheet}${settled}`;
}
