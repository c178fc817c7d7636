import type { ContactSummary } from "@/api/contacts";

type Named = Pick<ContactSummary, "id" | "email" | "user_id" | "traits">;

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/** What people call a contact: its name, else its address, your id, our id. */
export function nameOf(contact: Named): string {
  const { traits } = contact;
  const whole = [textOf(traits["first_name"]), textOf(traits["last_name"])].filter(Boolean).join(" ");
  return whole || textOf(traits["name"]) || contact.email || contact.user_id || contact.id;
}

/** The second line of a row: what tells two people of one name apart. */
export function underName(contact: Named): string {
  const name = nameOf(contact);
  return [contact.email, contact.user_id, contact.id].find((one) => one !== "" && one !== name) ?? "";
}

/** One or two letters for the round picture. */
export function initials(contact: Named): string {
  const words = nameOf(contact).split(/[\s@._-]+/).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => Array.from(word)[0] ?? "");
  return letters.join("").toUpperCase() || "?";
}

/** The contact's time zone, if it has one that the browser knows. */
export function zoneOf(traits: Record<string, unknown>): string | null {
  const zone = textOf(traits["time_zone"]);
  if (zone === "") return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return null;
  }
}

/** `lifecycle_stage` as a heading. */
export function labelOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
