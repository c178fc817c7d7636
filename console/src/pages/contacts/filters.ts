/** What the list of contacts is narrowed by; all of it stands in the address. */
export interface Filters {
  q: string;
  segment: string;
  stage: string;
  where: string;
}

export const CONSENTS = ["granted", "denied", "unset"] as const;

export function isConsent(text: string): text is (typeof CONSENTS)[number] {
  return (CONSENTS as readonly string[]).includes(text);
}

/** Fields and texts as conditions write them. */
export function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The condition that the chosen stage and the typed condition make together. */
export function conditionOf({ stage, where }: Pick<Filters, "stage" | "where">): string {
  const parts = [stage === "" ? "" : `lifecycle_stage = ${quoted(stage)}`, where.trim() === "" ? "" : where.trim()].filter(Boolean);
  return parts.length === 2 ? `${parts[0] ?? ""} and (${parts[1] ?? ""})` : (parts[0] ?? "");
}
