import { Anchor, Group, Input, Select, Text } from "@mantine/core";
import { IconExternalLink, IconPencil, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { fitting, UNASKED, usePreview, useTemplateNames } from "./templates";
import classes from "../Panels.module.css";

/** A message template, shown as its sample contact would get it. */
export function TemplateField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly, type } = usePanel();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const templates = useTemplateNames();
  const chosen = typeof value === "string" && value !== "" ? value : null;
  const known = templates.some((one) => one.id === chosen);
  const data = fitting(templates, type, chosen === null ? [] : [chosen]).map((one) => ({ value: one.id, label: one.name }));
  return (
    <Input.Wrapper component="div" label={label} description={help} error={error === "" ? undefined : error} required={field.required} inputWrapperOrder={["label", "description", "input", "error"]}>
      <Select
        mt={4}
        aria-label={label}
        searchable
        clearable={!field.required}
        disabled={readOnly}
        placeholder={t("template.pick")}
        nothingFoundMessage={t("template.none")}
        data={chosen === null || known ? data : [...data, { value: chosen, label: templates === UNASKED ? chosen : t("template.missing", { id: chosen }) }]}
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.label}</Text>
            <Text size="xs" c="dimmed">
              {templates.find((one) => one.id === option.value)?.subject}
            </Text>
          </div>
        )}
        value={chosen}
        onChange={(next) => onChange(next ?? undefined)}
      />
      <Group gap="md" mt={6}>
        {chosen === null || !known ? null : (
          <Anchor size="xs" href={`/templates/${encodeURIComponent(chosen)}`} target="_blank" rel="noreferrer" className={classes["link"]}>
            <IconPencil size={14} aria-hidden /> {t("template.edit")} <IconExternalLink size={12} aria-hidden />
          </Anchor>
        )}
        <Anchor size="xs" href="/templates" target="_blank" rel="noreferrer" className={classes["link"]}>
          <IconPlus size={14} aria-hidden /> {t("template.new")}
        </Anchor>
      </Group>
      {chosen === null || !known || type === "sms_send" || type === "web_push" ? null : <TemplatePreview template={chosen} />}
    </Input.Wrapper>
  );
}

function TemplatePreview({ template }: { template: string }) {
  const { t } = useTranslation("panels");
  const shown = usePreview(template);
  if (shown === null) return null;
  return (
    <figure className={classes["preview"]} aria-label={t("template.preview")}>
      <figcaption>
        <strong>{shown.subject}</strong>
        <span>{shown.preheader}</span>
      </figcaption>
      {shown.html === "" ? <pre>{shown.text}</pre> : <iframe title={t("template.preview")} sandbox="" srcDoc={shown.html} loading="lazy" />}
    </figure>
  );
}
