/** Addresses and ids that somebody typed or pasted: one a line, or with commas between; each once. */
export function referencesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}
