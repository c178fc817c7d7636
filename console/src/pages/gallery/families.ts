import type { LibraryCard } from "@/api/templates";

/** The families of the library in the order in which people meet them; others follow. */
export const FAMILIES = ["lead_nurturing", "customer_onboarding", "campaign_automation", "catalog", "social", "other"] as const;
export type Family = (typeof FAMILIES)[number];

export function familyOf(category: string): Family {
  return FAMILIES.find((one) => one === category) ?? "other";
}

/** `14_days` as number and unit; null: it says nothing of its length. */
export function durationOf(text: string): { count: number; unit: "hours" | "days" | "weeks" } | null {
  const found = /^(\d+)_(hour|day|week)s?$/.exec(text);
  if (!found) return null;
  return { count: Number(found[1]), unit: `${found[2] ?? "day"}s` as "hours" | "days" | "weeks" };
}

export function matches(card: LibraryCard, q: string, family: string): boolean {
  return (family === "" || familyOf(card.category) === family) && `${card.name} ${card.description}`.toLocaleLowerCase().includes(q.toLocaleLowerCase());
}

/** What must be there before it can be published, and what comes by itself. */
export function openNeeds(card: LibraryCard): number {
  return card.needs.filter((one) => !one.met && !one.comes && one.kind !== "attribute").length;
}
