import { useMemo } from "react";
import { useCatalogue } from "./api";
import type { Catalogue } from "./model/types";
import { viewsOf, type Views } from "./model/views";
import { useTongue } from "./store/context";

const NONE: Catalogue = new Map();

/** How steps and their ways are called, outside of a canvas. */
export function useViews(): Views {
  const tongue = useTongue();
  const { data } = useCatalogue();
  return useMemo(() => viewsOf(data ?? NONE, "down", tongue), [data, tongue]);
}
