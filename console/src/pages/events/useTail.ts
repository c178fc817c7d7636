import { useEffect, useRef, useState } from "react";
import { readTail, type DebuggedEvent } from "@/api/events";
import { keyOf, merged } from "./tail";

const EVERY_MS = 2_000;
/** Pages that one look goes back at most, when more came than fit on one. */
const PAGES = 5;

export interface Tail {
  events: readonly DebuggedEvent[];
  /** False until the first look. */
  ready: boolean;
  error: unknown;
  clear: () => void;
}

/** Looks for new events every two seconds, as long as the page is seen and nobody paused. */
export function useTail(paused: boolean): Tail {
  const [events, setEvents] = useState<readonly DebuggedEvent[]>([]);
  const [ready, setReady] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const newest = useRef("");
  const cleared = useRef("");

  useEffect(() => {
    if (paused) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look(): Promise<void> {
      try {
        if (!document.hidden) {
          const news = await newsSince(newest.current, stop.signal);
          const first = news[0];
          if (first) newest.current = keyOf(first);
          setEvents((known) => merged(known, news.filter((one) => one.at > cleared.current)));
          setReady(true);
          setError(null);
        }
      } catch (failure) {
        if (stop.signal.aborted) return;
        setError(failure);
        setReady(true);
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void look(), EVERY_MS);
    }
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [paused]);

  return {
    events,
    ready,
    error,
    clear: () => {
      cleared.current = events[0]?.at ?? cleared.current;
      setEvents([]);
    },
  };
}

async function newsSince(last: string, signal: AbortSignal): Promise<DebuggedEvent[]> {
  const found: DebuggedEvent[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    const { items, cursor: after } = await readTail(cursor, signal);
    found.push(...items);
    // At the first look one page is enough: nobody has seen anything yet that could be missed.
    if (last === "" || !after || items.some((one) => keyOf(one) === last)) break;
    cursor = after;
  }
  return found;
}
