/** Forms that the page marks: `form_submission`, and `page_abandonment` for those begun and not sent. */

import type { Client } from "../client";
import type { Properties } from "../types";
import { fieldsOf, isField, traitsOf, values, type Field } from "./fields";

const MARKED = "form[data-stepwell-form],form[data-stepwell-progressive]";

/** What is known of a form besides its fields. */
function about(form: HTMLFormElement): Properties {
  const { stepwellForm, stepwellProgressive, stepwellStage } = form.dataset;
  return {
    // An id may be shadowed by a field of that name.
    form_id: stepwellProgressive || form.getAttribute("id") || form.getAttribute("name") || "",
    form_type: stepwellForm || (stepwellProgressive ? "progressive" : "contact"),
    ...(stepwellStage ? { stage: stepwellStage } : {}),
  };
}

/** Fields whose own consent was not given say nothing. */
function permitted(form: HTMLFormElement, consents: Properties): Field[] {
  return fieldsOf(form).filter((field) => !isConsent(field) && consents[field.name] !== false);
}

function isConsent(field: Field): boolean {
  return field.dataset.stepwellConsentFor !== undefined;
}

/** What the visitor agreed to, field by field. */
function consentsOf(form: HTMLFormElement): Properties {
  const found: Properties = {};
  for (const field of Array.from(form.elements))
    if (field instanceof HTMLInputElement && field.dataset.stepwellConsentFor)
      found[field.dataset.stepwellConsentFor] = field.checked;
  return found;
}

export function forms(client: Client): void {
  const begun = new Map<HTMLFormElement, { fields: Set<string>; last: string }>();

  const touched = (event: Event): void => {
    const field = event.target;
    if (!isField(field) || !field.form?.matches(MARKED)) return;
    const state = begun.get(field.form) ?? { fields: new Set(), last: "" };
    begun.set(field.form, state);
    if (!fieldsOf(field.form).includes(field) || isConsent(field)) return;
    state.fields.add(field.name);
    state.last = field.name;
  };
  document.addEventListener("input", touched, true);
  document.addEventListener("change", touched, true);

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.matches(MARKED)) return;
      begun.delete(form);
      const consents = consentsOf(form);
      const fields = permitted(form, consents);
      const said = values(fields);
      const traits = traitsOf(fields);
      const known = client.allows("marketing");
      if (known && (traits.email || form.dataset.stepwellProgressive)) client.identify(traits);
      client.track("form_submission", {
        ...about(form),
        fields_filled: Object.keys(said),
        // Who the visitor is, is said with consent only; that a form was sent is not about that.
        ...(known ? { fields: said } : {}),
        ...(Object.keys(consents).length ? { consents } : {}),
      });
      // The page may go at once.
      client.flush();
    },
    true,
  );

  client.arrivals.push(() => begun.clear());
  client.farewells.push(() =>
    Array.from(begun, ([form, { fields, last }]) => [
      "page_abandonment",
      { ...about(form), fields_filled: [...fields], last_field: last },
    ]),
  );
}
