import type { ContactSummary } from "@/api/contacts";
import classes from "./Contacts.module.css";
import { initials } from "./names";

const HUES = 8;

/** The round picture of a contact: its letters on a colour that stays its own. */
export function Avatar({ contact, size = 32 }: { contact: Pick<ContactSummary, "id" | "email" | "user_id" | "traits">; size?: number }) {
  const hue = Array.from(contact.id).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7) % HUES;
  return (
    <span className={classes["avatar"]} data-hue={hue} style={{ width: size, height: size, fontSize: size * 0.38 }} aria-hidden>
      {initials(contact)}
    </span>
  );
}
