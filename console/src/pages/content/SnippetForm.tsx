import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DIALECTS } from "@/api/templates";
import { CodeEditor } from "@/kit/CodeEditor";
import { dialectOf } from "./dialects";
import { text, type PieceFormProps } from "./fields";
import { Shown } from "./Shown";

/** A snippet: its language, its source, and how it looks. */
export function SnippetForm({ value, onChange, readOnly, problems, onSave }: PieceFormProps) {
  const { t } = useTranslation("content");
  const dialect = dialectOf(value);
  const problem = problems.get("source");
  return (
    <>
      <DialectField value={dialect} onChange={(next) => onChange({ dialect: next })} readOnly={readOnly} />
      <div>
        <CodeEditor key={dialect} language={dialect === "jinja2" ? "jinja" : dialect} label={t("field.source")} height={300} value={text(value, "source")} readOnly={readOnly} onSave={onSave} onChange={(source) => onChange({ source })} />
        {problem === undefined ? null : (
          <Text size="sm" c="var(--bad)" role="alert" mt={4}>
            {problem}
          </Text>
        )}
      </div>
      <section>
        <Text component="h2" size="sm" fw={650} mb={6}>
          {t("shown.title")}
        </Text>
        <Shown html={text(value, "source")} dialect={dialect} label={t("shown.title")} />
      </section>
    </>
  );
}

export function DialectField({ value, onChange, readOnly }: { value: string; onChange: (dialect: string) => void; readOnly: boolean }) {
  const { t } = useTranslation("content");
  return (
    <Select
      label={t("field.dialect")}
      description={t("dialect_hint")}
      maw={420}
      allowDeselect={false}
      readOnly={readOnly}
      value={value}
      data={DIALECTS.map((one) => ({ value: one, label: t(`dialect.${one}`) }))}
      onChange={(next) => onChange(next ?? "jinja2")}
    />
  );
}
