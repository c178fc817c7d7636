/**
 * Forms that ask only what is not known yet: `<form data-stepwell-progressive="ID">`.
 *
 * The platform says which fields come next (README.md has the contract). Without consent, without an answer or
 * with one that makes no sense the form stays as the page has it.
 */

import type { Client } from "../client";

interface Asked {
  name: string;
  label: string;
  type: string;
  required?: boolean;
  options?: (string | { value: string; label: string })[];
  /** Text of the field's own consent; without it the field needs none. */
  consent?: string;
}

interface Next {
  fields: Asked[];
  done: boolean;
  stage: string;
}

const TYPES = new Set(["text", "email", "tel", "url", "number", "date", "checkbox"]);

/** Asks for the forms on the page; a page that adds one later says so by the event `stepwell:scan`. */
export function progressive(client: Client): void {
  const seen = new WeakSet<HTMLFormElement>();
  const scan = (): void => {
    if (!client.allows("marketing")) return;
    document.querySelectorAll<HTMLFormElement>("form[data-stepwell-progressive]").forEach((form) => {
      if (seen.has(form)) return;
      seen.add(form);
      void ask(client, form);
    });
  };
  client.arrivals.push(scan);
  client.choices.push(scan);
  document.addEventListener("stepwell:scan", scan);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", scan);
  else scan();
}

async function ask(client: Client, form: HTMLFormElement): Promise<void> {
  const { host, writeKey } = client.config!;
  const query = new URLSearchParams({ writeKey, anonymousId: client.anonymous() });
  const user = client.user();
  if (user) query.set("userId", user);
  const id = encodeURIComponent(form.dataset.stepwellProgressive ?? "");
  let next: Next;
  try {
    const answer = await fetch(`${host}/v1/forms/${id}/next?${query}`, { credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    next = (await answer.json()) as Next;
    if (!Array.isArray(next.fields)) throw new Error("no fields");
  } catch (error) {
    client.warn(`form ${id}: ${String(error)}`);
    return;
  }
  form.dataset.stepwellStage = next.stage ?? "";
  const told = new CustomEvent("stepwell:fields", { detail: next, bubbles: true, cancelable: true });
  // A page that draws the fields itself says so by preventing the default.
  if (form.dispatchEvent(told)) draw(form, next);
}

function draw(form: HTMLFormElement, next: Next): void {
  let place = form.querySelector<HTMLElement>("[data-stepwell-fields]");
  if (!place) {
    place = document.createElement("div");
    form.insertBefore(place, form.firstChild);
  }
  place.replaceChildren(...next.fields.filter((f) => f && f.name).flatMap(drawn));
  if (next.done) form.hidden = true;
}

function drawn(asked: Asked): HTMLElement[] {
  const field = control(asked);
  field.setAttribute("name", asked.name);
  field.dataset.stepwellTrait = asked.name;
  if (asked.required) field.setAttribute("required", "");
  const parts = [labelled(asked.label || asked.name, field, asked.type === "checkbox")];
  if (asked.consent) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = `${asked.name}__consent`;
    box.dataset.stepwellConsentFor = asked.name;
    // What must be given must be agreed to as well.
    box.required = !!asked.required;
    parts.push(labelled(asked.consent, box, true));
  }
  return parts;
}

function control(asked: Asked): HTMLElement {
  if (asked.type === "textarea") return document.createElement("textarea");
  if (asked.type === "select") {
    const select = document.createElement("select");
    select.add(new Option("", ""));
    for (const option of asked.options ?? [])
      select.add(typeof option === "string" ? new Option(option) : new Option(option.label, option.value));
    return select;
  }
  const input = document.createElement("input");
  input.type = TYPES.has(asked.type) ? asked.type : "text";
  return input;
}

function labelled(text: string, field: HTMLElement, after: boolean): HTMLLabelElement {
  const label = document.createElement("label");
  const words = document.createElement("span");
  // Text, never markup: the platform's answer must not become a script of the page.
  words.textContent = text;
  label.append(...(after ? [field, words] : [words, field]));
  return label;
}
