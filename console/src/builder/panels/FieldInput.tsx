import { Autocomplete, Checkbox, MultiSelect, NumberInput, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useAttributes } from "@/kit/conditions/knowledge";
import { nameWords } from "../model/words";
import { useFieldTexts } from "./fieldTexts";
import { usePanel, useWrong } from "./panel";
import type { Field } from "./schema";
import { CodeField } from "./widgets/CodeField";
import { ConditionField } from "./widgets/ConditionField";
import { DurationField } from "./widgets/DurationField";
import { EventField, EventsField } from "./widgets/EventField";
import { MapField } from "./widgets/MapField";
import { SmsLength } from "@/kit/SmsLength";
import { ScheduleField } from "./widgets/ScheduleField";
import { ModelField, TeamsField, TimeZoneField } from "./widgets/Pickers";
import { TemplateField } from "./widgets/TemplateField";
import { TemplatesField } from "./widgets/TemplatesField";
import { UntilField } from "./widgets/UntilField";
import { BranchesField } from "./widgets/BranchesField";
import { CasesField } from "./widgets/CasesField";
import { WaysField } from "./widgets/WaysField";
import { WeightsField } from "./widgets/WeightsField";
import { VariableInput } from "./widgets/VariableInput";

export interface InputProps {
  readonly field: Field;
  readonly path: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
const LONG = new Set(["message", "text"]);
const WITH_VARIABLES = new Set(["url", "subject", "message", "text", "title", "body"]);
const TEMPLATE_LISTS = new Set(["emails", "steps", "transactional_steps"]);

/** One field of a form: the widget that its schema or its name asks for, else the plain input of its kind. */
export function FieldInput(props: InputProps) {
  const { type } = usePanel();
  const { field } = props;
  switch (`${type}.${field.name}`) {
    case "switch_case.cases":
      return <CasesField {...props} />;
    case "wait_until.ways":
      return <WaysField {...props} />;
    case "parallel_execution.branches":
      return <BranchesField {...props} />;
    case "random_split.weights":
      return <WeightsField {...props} />;
    case "delay_action.until":
      return <UntilField {...props} />;
  }
  if (type === "sms_send" && field.name === "text") {
    return (
      <div>
        <PlainInput {...props} />
        <SmsLength text={text(props.value)} />
      </div>
    );
  }
  if (field.kind === "condition") return <ConditionField {...props} />;
  if (field.kind === "map") return <MapField {...props} />;
  if (field.kind === "json") return <CodeField {...props} language="json" />;
  if (TEMPLATE_LISTS.has(field.name)) return <TemplatesField {...props} />;
  switch (field.widget) {
    case "duration":
      return <DurationField {...props} />;
    case "event":
      return field.kind === "texts" ? <EventsField {...props} /> : <EventField {...props} />;
    case "template":
      return <TemplateField {...props} />;
    case "schedule":
      return <ScheduleField {...props} />;
    case "time_zone":
      return <TimeZoneField {...props} />;
    case "team":
      return <TeamsField {...props} />;
    case "scoring_model":
      return <ModelField {...props} />;
    case "code":
      return field.name === "statement" ? <CodeField {...props} language="text" /> : <PlainInput {...props} />;
    default:
      return <PlainInput {...props} />;
  }
}

function PlainInput({ field, path, value, onChange }: InputProps) {
  const { readOnly } = usePanel();
  const attributes = useAttributes();
  const error = useWrong(path);
  const { label, help, choice, placeholder } = useFieldTexts(field);
  const shared = { label, description: help, error: error === "" ? undefined : error, disabled: readOnly, required: field.required } as const;
  switch (field.kind) {
    case "boolean":
      return <Checkbox label={label} description={help} error={shared.error} disabled={readOnly} checked={typeof value === "boolean" ? value : field.fallback === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case "number":
      return (
        <NumberInput
          {...shared}
          placeholder={placeholder}
          allowDecimal={!field.whole}
          {...(field.min === null ? {} : { min: field.min })}
          {...(field.max === null ? {} : { max: field.max })}
          value={typeof value === "number" ? value : typeof field.fallback === "number" ? field.fallback : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
        />
      );
    case "choice":
      return <Select {...shared} allowDeselect={false} data={field.choices.map((one) => ({ value: one, label: choice(one) }))} value={typeof value === "string" ? value : text(field.fallback)} onChange={(next) => onChange(next ?? undefined)} />;
    case "choices":
      return <MultiSelect {...shared} data={field.choices.map((one) => ({ value: one, label: choice(one) }))} value={texts(value)} onChange={(next) => onChange(next.length === 0 && !field.required ? undefined : next)} />;
    case "texts": {
      const suggested = field.widget.startsWith("field") ? attributes.map((one) => one.path.join(".")) : [];
      const numbers = field.name === "success";
      const given = texts(value);
      return (
        <TagsInput
          {...shared}
          acceptValueOnBlur
          data={suggested}
          placeholder={given.length === 0 ? placeholder : ""}
          value={given}
          onChange={(next) => onChange(next.length === 0 && !field.required ? undefined : numbers ? next.map(Number).filter(Number.isInteger) : next)}
        />
      );
    }
    default: {
      if (WITH_VARIABLES.has(field.name)) return <VariableInput {...shared} placeholder={placeholder} long={LONG.has(field.name)} longest={field.longest} value={text(value)} onChange={(next) => onChange(next === "" && !field.required ? undefined : next)} />;
      if (field.widget.startsWith("field") || field.widget === "date_field") {
        return <Autocomplete {...shared} placeholder={placeholder} limit={60} data={attributes.filter((one) => field.widget !== "date_field" || one.type === "date").map((one) => one.path.join("."))} value={text(value ?? field.fallback)} onChange={(next) => onChange(next === "" && !field.required ? undefined : next)} />;
      }
      if (field.longest !== null && field.longest > 1_000) return <Textarea {...shared} autosize minRows={2} value={text(value)} onChange={(event) => onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)} />;
      const shown = value === undefined ? text(field.fallback) : text(value);
      return <TextInput {...shared} placeholder={placeholder} {...(field.longest === null ? {} : { maxLength: field.longest })} value={shown} onChange={(event) => onChange(event.currentTarget.value === "" && !field.required ? undefined : event.currentTarget.value)} />;
    }
  }
}

/** `sales_team` as a person says it. */
export function spoken(name: string): string {
  const said = nameWords(name);
  return said.charAt(0).toUpperCase() + said.slice(1);
}
