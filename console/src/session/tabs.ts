import { keepTokens, readTokens, type Tokens } from "./tokens";

/**
 * Tokens live in this tab's session storage: they end with the tab, and no other site or later user finds them.
 * Whoever could run a script in the page could read them there as in memory; the page's policy allows no foreign
 * and no inline script. A new tab asks the open ones for theirs, so that a link opened beside needs no new sign-in.
 */
const WAIT_MS = 150;
const CHANNEL = "stepwell.session";
type Message = { kind: "ask" } | { kind: "answer"; tokens: Tokens } | { kind: "ended" };

/** Joins the other tabs' session, and gives them ours. `onEnded` is called when another tab signed out. */
export async function joinTabs(onEnded: () => void): Promise<{ ended: () => void }> {
  if (typeof BroadcastChannel === "undefined") return { ended: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  const say = (message: Message): void => channel.postMessage(message);
  let answered = (): void => undefined;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    const kept = readTokens();
    if (data.kind === "ask" && kept) say({ kind: "answer", tokens: kept });
    if (data.kind === "answer" && !kept) {
      keepTokens(data.tokens);
      answered();
    }
    if (data.kind === "ended") {
      keepTokens(null);
      onEnded();
    }
  };
  if (!readTokens()) {
    say({ kind: "ask" });
    await new Promise<void>((resolve) => {
      answered = resolve;
      setTimeout(resolve, WAIT_MS);
    });
  }
  return { ended: () => say({ kind: "ended" }) };
}
