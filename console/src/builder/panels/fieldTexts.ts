/** Label, help and choices of a field in the reader's language; the schema's own words where nobody wrote others. */
import { useTranslation } from "react-i18next";
import { nameWords } from "../model/words";
import { usePanel } from "./panel";
import type { Field } from "./schema";

export interface FieldTexts {
  readonly label: string;
  readonly help: string;
  readonly placeholder: string;
  readonly choice: (value: string) => string;
}

export function useFieldTexts(field: Field): FieldTexts {
  const { t, i18n } = useTranslation("panels");
  const { type } = usePanel();
  const loose = t as unknown as (key: string) => string;
  const say = (key: string): string | null => (i18n.exists(`panels:${key}`) ? loose(key) : null);
  const { name } = field;
  return {
    label: say(`label.${type}__${name}`) ?? say(`label.${name}`) ?? field.title,
    help: say(`help.${type}__${name}`) ?? say(`help.${name}`) ?? (i18n.language === "en" && field.kind !== "condition" ? field.description : ""),
    placeholder: typeof field.example === "string" || typeof field.example === "number" ? t("example", { example: String(field.example) }) : "",
    choice: (value) => say(`choice.${name}__${value === "" ? "none" : value}`) ?? say(`choice.${value === "" ? "none" : value}`) ?? nameWords(value),
  };
}
