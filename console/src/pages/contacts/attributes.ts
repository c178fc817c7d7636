import type { Attribute, Contact, NewContact } from "@/api/contacts";

export const FAMILIES = ["demographic", "firmographic", "psychographic", "behavioural", "technographic", "custom", "computed"] as const;
export type FamilyName = (typeof FAMILIES)[number];

/** A value with what is known of it; computed ones have neither source nor time. */
export interface Known {
  name: string;
  value: unknown;
  source: string;
  toldAt: string | null;
}

export interface FamilyOf {
  family: FamilyName;
  known: Known[];
}

/** Values by family of their attribute, in the registry's order of families; empty families are left out. */
export function grouped(contact: Pick<Contact, "attributes" | "fields">, registry: readonly Attribute[], looked = ""): FamilyOf[] {
  const families = new Map(registry.map((one) => [one.name, one.family]));
  const found = new Map<FamilyName, Known[]>(FAMILIES.map((family) => [family, []]));
  const told = new Set<string>();
  for (const { name, value, source, told_at } of contact.attributes) {
    told.add(name);
    found.get(families.get(name) ?? "custom")?.push({ name, value, source, toldAt: told_at });
  }
  for (const [name, value] of Object.entries(contact.fields)) {
    if (!told.has(name)) found.get("computed")?.push({ name, value, source: "", toldAt: null });
  }
  const wanted = looked.trim().toLowerCase();
  return FAMILIES.map((family) => ({ family, known: (found.get(family) ?? []).filter((one) => one.name.toLowerCase().includes(wanted)) })).filter((one) => one.known.length > 0);
}

/** By what the API finds the contact to change it; null: it has neither an address nor an id of yours. */
export function identityOf(contact: Pick<Contact, "email" | "user_id">): Pick<NewContact, "email" | "user_id"> | null {
  if (contact.user_id !== "") return { user_id: contact.user_id };
  return contact.email === "" ? null : { email: contact.email };
}
