import { Button, Collapse, Group, Select, SimpleGrid, Text, TextInput, Textarea } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { DIALECTS, type MessageDialect, type MessagePurpose, type MessageSource, type MessageViolation } from "@/api/templates";
import type { Known } from "./completing";
import classes from "./Editor.module.css";
import { signs, subjectFit } from "./lengths";
import { Picker } from "./Picker";
import { Tracking } from "./Tracking";

interface FieldsProps {
  source: MessageSource;
  onChange: (changes: Partial<MessageSource>) => void;
  known: Known;
  violations: readonly MessageViolation[];
  /** The subject as the sample contact gets it: its length is what counts. */
  rendered: string;
  readOnly: boolean;
}

/** Subject and preheader above the message; everything else folded away. */
export function Fields({ source, onChange, known, violations, rendered, readOnly }: FieldsProps) {
  const { t } = useTranslation("templates");
  const [open, setOpen] = useState(false);
  const problem = (part: string): string | undefined => violations.find((one) => one.part === part && one.severity === "error")?.message;
  return (
    <div className={classes["fields"]}>
      <Line label={t(source.channel === "email" ? "field.subject" : source.channel === "sms" ? "field.sms_subject" : "field.push_title")} dialect={source.dialect} value={source.subject} onChange={(subject) => onChange({ subject })} known={known} error={problem("subject")} readOnly={readOnly} hint={source.subject === "" || source.channel === "push" ? "" : source.channel === "sms" ? t("sms_subject_hint") : t(`fit.${subjectFit(rendered || source.subject)}`, { count: signs(rendered || source.subject) })} />
      {source.channel !== "email" ? null : <Line label={t("field.preheader")} dialect={source.dialect} value={source.preheader} onChange={(preheader) => onChange({ preheader })} known={known} error={problem("preheader")} readOnly={readOnly} hint={source.preheader === "" ? t("preheader_hint") : ""} />}
      <Group justify="flex-start">
        <Button size="compact-sm" variant="subtle" color="gray" aria-expanded={open} leftSection={open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />} onClick={() => setOpen(!open)}>
          {t(source.channel === "email" ? "details" : "details_text")}
        </Button>
      </Group>
      <Collapse expanded={open}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput label={t("field.name")} value={source.name} maxLength={120} readOnly={readOnly} onChange={(event) => onChange({ name: event.currentTarget.value })} />
          <Select
            label={t("field.purpose")}
            description={t(`purpose_hint.${source.purpose}`)}
            value={source.purpose}
            allowDeselect={false}
            readOnly={readOnly}
            data={(["marketing", "transactional"] as const).map((value) => ({ value, label: t(`purpose.${value}`) }))}
            onChange={(value) => onChange({ purpose: value as MessagePurpose })}
          />
          <TextInput label={t("field.description")} value={source.description} maxLength={1000} readOnly={readOnly} onChange={(event) => onChange({ description: event.currentTarget.value })} />
          <TextInput label={t("field.language")} value={source.language} readOnly={readOnly} error={problem("language")} onChange={(event) => onChange({ language: event.currentTarget.value })} />
          <Select
            label={t("field.dialect")}
            description={t("dialect_hint")}
            value={source.dialect}
            allowDeselect={false}
            readOnly={readOnly}
            data={DIALECTS.map((value) => ({ value, label: t(`dialect.${value}`) }))}
            onChange={(value) => onChange({ dialect: value as MessageDialect })}
          />
        </SimpleGrid>
        {source.format === "html" && source.channel === "email" ? (
          <Select
            mt="sm"
            label={t("field.layout")}
            value={source.layout === "" ? "none" : "base"}
            allowDeselect={false}
            readOnly={readOnly}
            data={(["base", "none"] as const).map((value) => ({ value, label: t(`layout.${value}`) }))}
            onChange={(value) => onChange({ layout: value === "none" ? "" : "base" })}
          />
        ) : null}
        {source.channel !== "email" ? null : <Textarea mt="sm" label={t("field.text")} description={t("text_hint")} autosize minRows={2} maxRows={8} value={source.text} error={problem("text")} readOnly={readOnly} onChange={(event) => onChange({ text: event.currentTarget.value })} />}
        {source.channel === "email" && open ? <Tracking source={source} onChange={onChange} problem={problem("utm")} readOnly={readOnly} /> : null}
      </Collapse>
    </div>
  );
}

interface LineProps {
  dialect: MessageDialect;
  label: string;
  value: string;
  onChange: (value: string) => void;
  known: Known;
  error: string | undefined;
  hint: string;
  readOnly: boolean;
}

function Line({ label, dialect, value, onChange, known, error, hint, readOnly }: LineProps) {
  const { t } = useTranslation("templates");
  const box = useRef<HTMLInputElement>(null);
  function insert(written: string): void {
    const start = box.current?.selectionStart ?? value.length;
    const end = box.current?.selectionEnd ?? start;
    onChange(value.slice(0, start) + written + value.slice(end));
    // After the menu gave the focus back to its button.
    setTimeout(() => {
      box.current?.focus();
      box.current?.setSelectionRange(start + written.length, start + written.length);
    }, 60);
  }
  return (
    <TextInput
      ref={box}
      label={label}
      value={value}
      maxLength={1000}
      readOnly={readOnly}
      error={error}
      inputWrapperOrder={["label", "input", "error", "description"]}
      description={hint === "" ? undefined : <Text span inherit role="status">{hint}</Text>}
      rightSection={readOnly ? undefined : <Picker known={known} dialect={dialect} label={t("picker.into", { field: label })} onPick={insert} />}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
