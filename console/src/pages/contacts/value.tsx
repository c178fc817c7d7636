import { Code, NumberInput, Select, TagsInput, TextInput, Textarea } from "@mantine/core";
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Attribute } from "@/api/contacts";
import { When } from "@/kit/When";

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A value of an attribute or property as people read it. */
export function Value({ value }: { value: unknown }) {
  const { t } = useTranslation("contacts");
  if (value === null || value === undefined || value === "") {
    return (
      <Text component="span" inherit c="dimmed">
        {t("value.none")}
      </Text>
    );
  }
  if (typeof value === "boolean") return <>{t(value ? "value.yes" : "value.no")}</>;
  if (typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value))) return <When at={value} form="time" />;
  if (typeof value === "object") return <Code style={{ whiteSpace: "pre-wrap", wordBreak: "break-word" }}>{plainText(value)}</Code>;
  return <span style={{ overflowWrap: "anywhere" }}>{plainText(value)}</span>;
}

/** A value in one line of text. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.map(String).join(", ");
  return JSON.stringify(value);
}

/** What is typed, as the attribute's type has it; `null` removes the value. Undefined: it is none of that type. */
export function readValue(type: Attribute["type"], typed: string): unknown {
  const text = typed.trim();
  if (text === "") return null;
  if (type === "number") return Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (type === "boolean") return text === "true";
  if (type === "list") return text.split("\n").map((one) => one.trim()).filter(Boolean);
  if (type === "object") {
    try {
      const found: unknown = JSON.parse(text);
      return typeof found === "object" && found !== null && !Array.isArray(found) ? found : undefined;
    } catch {
      return undefined;
    }
  }
  return text;
}

/** What an input of this type begins with. */
export function typedOf(type: Attribute["type"], value: unknown): string {
  if (value === null || value === undefined) return "";
  if (type === "list" && Array.isArray(value)) return value.map(String).join("\n");
  if (type === "object") return JSON.stringify(value, null, 2);
  return plainText(value);
}

export interface AttributeInputProps {
  attribute: Pick<Attribute, "name" | "type" | "choices">;
  typed: string;
  onChange: (typed: string) => void;
  label: string;
  error?: string | undefined;
}

/** An input that fits the attribute's type. */
export function AttributeInput({ attribute, typed, onChange, label, error }: AttributeInputProps) {
  const { t } = useTranslation("contacts");
  const common = { label, ...(error === undefined ? {} : { error }), "data-autofocus": true };
  if (attribute.type === "boolean") {
    const choices = [
      { value: "true", label: t("value.yes") },
      { value: "false", label: t("value.no") },
    ];
    return <Select {...common} data={choices} value={typed || null} clearable onChange={(value) => onChange(value ?? "")} />;
  }
  if (attribute.choices.length > 0) return <Select {...common} data={attribute.choices} value={typed || null} clearable searchable onChange={(value) => onChange(value ?? "")} />;
  if (attribute.type === "number") return <NumberInput {...common} value={typed} onChange={(value) => onChange(String(value))} />;
  if (attribute.type === "list") return <TagsInput {...common} value={typed.split("\n").filter(Boolean)} onChange={(values) => onChange(values.join("\n"))} />;
  if (attribute.type === "object") return <Textarea {...common} autosize minRows={4} ff="monospace" value={typed} onChange={(event) => onChange(event.currentTarget.value)} />;
  const types = { email: "email", phone: "tel", url: "url", date: "text" } as const;
  const type = attribute.type in types ? types[attribute.type as keyof typeof types] : "text";
  return <TextInput {...common} type={type} {...(attribute.type === "date" ? { placeholder: t("value.date_example") } : {})} value={typed} onChange={(event) => onChange(event.currentTarget.value)} />;
}
