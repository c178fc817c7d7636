import { QueryClient, keepPreviousData, useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import { ApiError } from "./error";

const SECOND = 1000;

/** Server state: fresh for half a minute, retried only where that can help, never after a refusal. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30 * SECOND,
        gcTime: 300 * SECOND,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.mayPass,
        retryDelay: (attempt) => Math.min(SECOND * 2 ** attempt, 8 * SECOND),
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}

/** Keys of all queries, by topic: `keys.of("workflows", "list", filters)`; invalidate a topic with `keys.of("workflows")`. */
export const keys = {
  of: (topic: string, ...parts: readonly unknown[]): readonly unknown[] => [topic, ...parts],
};

/** What every list of the API answers. */
export interface Listed<T> {
  items: T[];
  cursor?: string | null | undefined;
}

export interface PagedList<T> {
  items: T[];
  /** How many pages came. */
  pages?: number;
  /** True until the first page came. */
  loading: boolean;
  /** True while other filters' rows are still shown. */
  stale: boolean;
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  more: () => void;
  again: () => void;
}

/** A list with the server's cursors; pages are appended. */
export function useCursorList<T>(
  key: readonly unknown[],
  page: (cursor: string, signal: AbortSignal) => Promise<Listed<T>>,
  options: { enabled?: boolean; refetchInterval?: number | false } = {},
): PagedList<T> {
  const query: UseInfiniteQueryResult<{ pages: Listed<T>[] }> = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => page(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last: Listed<T>) => last.cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchInterval ?? false,
  });
  return {
    items: query.data?.pages.flatMap((one) => one.items) ?? [],
    pages: query.data?.pages.length ?? 0,
    loading: query.isPending,
    stale: query.isPlaceholderData,
    error: query.error,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    again: () => void query.refetch(),
  };
}
