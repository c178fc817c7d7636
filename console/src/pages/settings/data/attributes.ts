import { api, body } from "@/api/client";
import type { Schemas } from "@/api/documents";
import { useChange } from "@/api/settings";

export type Attribute = Schemas["Attribute"];

export interface Registry {
  attributes: Attribute[];
  unknown: "accept" | "reject";
  region: string | null;
  rev: number;
}

export const FAMILIES = ["demographic", "firmographic", "psychographic", "behavioural", "technographic", "custom"] as const;
export const TYPES = ["any", "text", "number", "boolean", "date", "email", "phone", "url", "list", "object"] as const;
export const RULES = ["latest", "first", "source_priority", "max", "min", "union"] as const;

/** All attributes, on however many pages: a save names all of one's own. */
export async function readRegistry(signal: AbortSignal): Promise<Registry> {
  const attributes: Attribute[] = [];
  let cursor = "";
  for (;;) {
    const page = await body(api.GET("/api/v1/attributes", { params: { query: { limit: 200, cursor } }, signal }));
    attributes.push(...page.items);
    if (page.cursor === null) return { attributes, unknown: page.unknown, region: page.region, rev: page.rev };
    cursor = page.cursor;
  }
}

/** The workspace's own attributes as the server stores them, with one put in or taken out. */
export function ownWith(all: readonly Attribute[], { put, without }: { put?: Attribute; without?: string }): Record<string, unknown>[] {
  const own = all.filter((one) => !one.built_in && one.name !== without && one.name !== put?.name);
  return [...own, ...(put ? [put] : [])].map(({ name, family, type, rule, sources, choices, pii, retention_days, consent }) => ({ name, family, type, rule, sources, choices, pii, retention_days, consent }));
}

/** Saves the registry with one attribute changed, or what happens to unknown ones. */
export const useSaveRegistry = (registry: Registry) =>
  useChange(["attributes"], (change: { put?: Attribute; without?: string; unknown?: Registry["unknown"] }) =>
    body(
      api.PUT("/api/v1/attributes", {
        body: { rev: registry.rev, note: "", schema: { attributes: ownWith(registry.attributes, change), unknown: change.unknown ?? registry.unknown, region: registry.region } },
      }),
    ),
  );
