import { Input } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeEditor } from "@/kit/CodeEditor";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { useMirror } from "../useMirror";

/** JSON or a query. Text that is no JSON yet is kept in the editor and not in the document. */
export function CodeField({ field, path, value, onChange, language }: InputProps & { readonly language: "json" | "text" }) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const [broken, setBroken] = useState("");
  const read = (one: unknown): string => (language === "text" ? (typeof one === "string" ? one : "") : one === undefined || one === null ? "" : JSON.stringify(one, null, 2));
  const write = (text: string): unknown => {
    if (language === "text") return text;
    if (text.trim() === "") return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return value;
    }
  };
  const [draft, set] = useMirror(value, read, write, onChange);
  const type = (text: string): void => {
    set(text);
    setBroken(language === "json" ? faultOf(text) : "");
  };
  return (
    <Input.Wrapper component="div" label={label} description={help} error={broken === "" ? (error === "" ? undefined : error) : t("code.broken", { fault: broken })} required={field.required} inputWrapperOrder={["label", "description", "input", "error"]}>
      <div style={{ marginTop: 4 }}>
        <CodeEditor language={language} label={label} height={language === "json" ? 150 : 110} value={draft} readOnly={readOnly} onChange={type} />
      </div>
    </Input.Wrapper>
  );
}

function faultOf(text: string): string {
  if (text.trim() === "") return "";
  try {
    JSON.parse(text);
    return "";
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}
