import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";

export type UrlState<K extends string> = Record<K, string>;

/**
 * Filters, tabs and selections that live in the address: they survive reloads, can be shared, and Back undoes them.
 * Values are texts; one that equals its default leaves the address.
 *
 *     const [{ q, status }, set] = useUrlState({ q: "", status: "" });
 *     set({ status: "live" });            // a step for Back
 *     set({ q: "wel" }, { replace: true }) // while somebody types
 */
export function useUrlState<const D extends Record<string, string>>(
  defaults: D,
): [UrlState<Extract<keyof D, string>>, (changes: Partial<UrlState<Extract<keyof D, string>>>, options?: { replace?: boolean }) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  // They are written in place: another object with each rendering, which says the same.
  const [fixed] = useState<Record<string, string>>(defaults);
  const values = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, typeof search[name] === "string" ? search[name] : value]),
  ) as UrlState<Extract<keyof D, string>>;
  const set = useCallback(
    (changes: Partial<Record<string, string>>, { replace = false }: { replace?: boolean } = {}) => {
      void navigate({
        to: ".",
        replace,
        resetScroll: false,
        search: (before: Record<string, unknown>) => {
          const after: Record<string, unknown> = { ...before, ...changes };
          return Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== "" && value !== fixed[name]));
        },
      } as never);
    },
    [navigate, fixed],
  );
  return [values, set];
}
