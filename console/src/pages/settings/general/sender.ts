/** `Shop <hello@shop.example>` in its two parts. */
export function senderParts(line: string): { name: string; address: string } {
  const found = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<]*?))\s*<([^<>]*)>\s*$/.exec(line);
  if (!found) return { name: "", address: line.trim() };
  return { name: (found[1]?.replace(/\\(.)/g, "$1") ?? found[2] ?? "").trim(), address: (found[3] ?? "").trim() };
}

/** The other way round; names with marks that mean something in such a line are quoted (RFC 5322, 3.2.4). */
export function senderLine({ name, address }: { name: string; address: string }): string {
  const plain = name.trim();
  if (address.trim() === "") return "";
  if (plain === "") return address.trim();
  const shown = /[()<>[\]:;@\\,."]/.test(plain) ? `"${plain.replace(/(["\\])/g, "\\$1")}"` : plain;
  return `${shown} <${address.trim()}>`;
}
