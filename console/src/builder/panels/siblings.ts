/** The config that a field stands in: a schedule's next runs depend on the zone beside it. */
import { createContext, use } from "react";

export const SiblingsContext = createContext<Readonly<Record<string, unknown>>>({});

/** The text of another field of the same config; empty when it is not set. */
export function useSibling(name: string): string {
  const value = use(SiblingsContext)[name];
  return typeof value === "string" ? value : "";
}
