import type { SendingRules } from "@/api/channels";

export const EVERYWHERE = "*";
export const PROOFS = ["written", "double"] as const;

export interface Proof {
  country: string;
  proof: (typeof PROOFS)[number];
}

/** The demanded proofs by country, everywhere first. */
export function proofsOf(told: SendingRules["text_proof"]): Proof[] {
  return Object.entries(told)
    .map(([country, proof]): Proof => ({ country, proof: proof === "double" ? "double" : "written" }))
    .sort((one, other) => (one.country < other.country ? -1 : 1));
}

export function proofText(rows: readonly Proof[]): SendingRules["text_proof"] {
  return Object.fromEntries(rows.map(({ country, proof }) => [country, proof]));
}

/** What the browser has no name for is no country; these have one and are none. */
const NO_COUNTRIES = new Set(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "UK", "SU", "DD", "YU", "CS", "AN", "BU", "FX", "TP", "ZR", "NH", "RH", "VD", "YD", "HV", "DY"]);

/** All countries by their name in a language. */
export function countries(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  const letters = Array.from({ length: 26 }, (_, place) => String.fromCharCode(65 + place));
  return letters
    .flatMap((one) => letters.map((other) => one + other))
    .flatMap((value) => {
      const label = NO_COUNTRIES.has(value) ? undefined : names.of(value);
      return label === undefined ? [] : [{ value, label }];
    })
    .sort((one, other) => one.label.localeCompare(other.label, language));
}
