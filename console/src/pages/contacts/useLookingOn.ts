import { useEffect } from "react";
import type { PagedList } from "@/api/queries";

/** A call looks at 2,000 contacts; a search with few hits goes on by itself for a while. */
const ENOUGH = 20;
const MOST_CALLS = 12;

export interface Looking<T> extends PagedList<T> {
  /** It has stopped by itself, and there is more to look at. */
  exhausted: boolean;
}

/** Asks for more pages until a screen is full, everybody was looked at, or it took long enough. */
export function useLookingOn<T>(list: PagedList<T>): Looking<T> {
  const few = list.items.length < ENOUGH && list.hasMore && !list.loading && !list.error;
  const on = few && (list.pages ?? 1) < MOST_CALLS;
  const { more, loadingMore } = list;
  useEffect(() => {
    if (on && !loadingMore) more();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `more` is another function with each rendering
  }, [on, loadingMore]);
  return { ...list, loading: list.loading || (on && list.items.length === 0), exhausted: few && !on && list.items.length === 0 };
}
