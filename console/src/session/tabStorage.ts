/**
 * Tokens live in this tab's session storage: they end with the tab, and no other site or later user finds them.
 * Whoever could run a script in the page could read them there as in memory; the page's policy allows no foreign
 * and no inline script. A new tab asks the open ones for theirs, so that a link opened beside needs no new sign-in.
 */
export interface KeyValueStorage {
  setItem: (key: string, value: string) => Promise<void>;
  getItem: (key: string) => Promise<string | null>;
  removeItem: (key: string) => Promise<void>;
  clear: () => Promise<void>;
}

const PREFIX = "Cognito";
const WAIT_MS = 150;
const CHANNEL = "stepwell.session";
type Message = { kind: "ask" } | { kind: "answer"; entries: [string, string][] } | { kind: "ended" };

function entries(): [string, string][] {
  return Object.entries(sessionStorage).filter((entry): entry is [string, string] => entry[0].startsWith(PREFIX));
}

export function tabStorage(): KeyValueStorage {
  return {
    setItem: (key, value) => {
      sessionStorage.setItem(key, value);
      return Promise.resolve();
    },
    getItem: (key) => Promise.resolve(sessionStorage.getItem(key)),
    removeItem: (key) => {
      sessionStorage.removeItem(key);
      return Promise.resolve();
    },
    clear: () => {
      for (const [key] of entries()) sessionStorage.removeItem(key);
      return Promise.resolve();
    },
  };
}

/** Joins the other tabs' session, and gives them ours. `onEnded` is called when another tab signed out. */
export async function joinTabs(onEnded: () => void): Promise<{ ended: () => void }> {
  if (typeof BroadcastChannel === "undefined") return { ended: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  const say = (message: Message): void => channel.postMessage(message);
  let answered = (): void => undefined;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "ask" && entries().length > 0) say({ kind: "answer", entries: entries() });
    if (data.kind === "answer" && entries().length === 0) {
      for (const [key, value] of data.entries) sessionStorage.setItem(key, value);
      answered();
    }
    if (data.kind === "ended") onEnded();
  };
  if (entries().length === 0) {
    say({ kind: "ask" });
    await new Promise<void>((resolve) => {
      answered = resolve;
      setTimeout(resolve, WAIT_MS);
    });
  }
  return { ended: () => say({ kind: "ended" }) };
}
