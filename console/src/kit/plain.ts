/** The server's sentences as people read them: it quotes names by backticks, for terminals. */
export function plain(sentence: string): string {
  return sentence.replace(/`([^`]*)`/g, "“$1”").replace(/([?!])\.$/, "$1");
}
