/** Which fields of a form may be read at all, and what they say. Secrets and what was marked stay unread. */

import type { Properties } from "../types";

export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const IGNORED = new Set(["password", "hidden", "file", "submit", "reset", "button", "image"]);
const SECRET =
  /pass(word|wd|code|phrase)?$|^pass|pwd|secret|token|csrf|captcha|card|cc[-_]?(num|name|exp|type|csc)|cv[cv]2?|csc|iban|bic|account[-_]?n|routing|ssn|social[-_]?sec|tax[-_]?id|^pin$|otp/i;
const SECRET_KIND = /^cc-|password|one-time-code|webauthn/;
const MAX_TEXT = 500;

/** Fields whose names say which trait they are. */
const TRAITS: Record<string, string> = {
  email: "email",
  phone: "phone",
  tel: "phone",
  name: "name",
  first_name: "first_name",
  firstname: "first_name",
  last_name: "last_name",
  lastname: "last_name",
  company: "company",
  job_title: "title",
  jobtitle: "title",
};

export function isField(element: unknown): element is Field {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement
  );
}

/** Whether a field may be read: never passwords, payment, hidden ones, or what is marked to be ignored. */
export function readable(field: Field): boolean {
  return !(
    !field.name ||
    field.disabled ||
    IGNORED.has(field.type) ||
    SECRET.test(field.name) ||
    SECRET.test(field.id) ||
    SECRET_KIND.test(field.autocomplete) ||
    field.closest("[data-stepwell-ignore]")
  );
}

/** Fields of a form that may be read, in their order. */
export function fieldsOf(form: HTMLFormElement): Field[] {
  return Array.from(form.elements).filter((e): e is Field => isField(e) && readable(e));
}

/** What the fields say; empty ones, and numbers that a payment card could have, are left out. */
export function values(fields: Field[]): Properties {
  const found: Properties = {};
  for (const field of fields) {
    const value = valueOf(field);
    if (value !== undefined && value !== "" && !(typeof value === "string" && isCard(value)))
      found[field.name] = value;
  }
  return found;
}

/** What the fields say of the person: by `data-stepwell-trait`, by type, or by well-known names. */
export function traitsOf(fields: Field[]): Properties {
  const found: Properties = {};
  for (const field of fields) {
    const named = TRAITS[field.name.toLowerCase().replace("-", "_")];
    const trait =
      field.dataset.stepwellTrait ??
      (field.type === "email" ? "email" : field.type === "tel" ? "phone" : named);
    const value = values([field])[field.name];
    if (trait && value !== undefined) found[trait] ??= value;
  }
  return found;
}

function valueOf(field: Field): unknown {
  if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked;
  if (field instanceof HTMLInputElement && field.type === "radio")
    return field.checked ? field.value : undefined;
  if (field instanceof HTMLSelectElement && field.multiple)
    return Array.from(field.selectedOptions, (option) => option.value);
  return field.value.trim().slice(0, MAX_TEXT);
}

/** Luhn's check on 13 to 19 digits. */
function isCard(text: string): boolean {
  const digits = text.replace(/[ -]/g, "");
  if (!/^\d{13,19}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = +digits[digits.length - 1 - i]!;
    if (i % 2 && (digit *= 2) > 9) digit -= 9;
    sum += digit;
  }
  return sum % 10 === 0;
}
