import { ActionIcon, Button, Group, Input, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { useMirror } from "../useMirror";
import { fitting, UNASKED, useTemplateNames } from "./templates";
import classes from "../Panels.module.css";

/** Message templates in the order in which they go out. */
export function TemplatesField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly, type } = usePanel();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const templates = useTemplateNames();
  const read = (one: unknown): string[] => (Array.isArray(one) ? one.map(String) : []);
  const write = (draft: readonly string[]): unknown => {
    const kept = draft.filter((one) => one !== "");
    return kept.length === 0 && !field.required ? undefined : kept;
  };
  const [rows, set] = useMirror<unknown, readonly string[]>(value, read, write, onChange);
  const swap = (index: number, by: number): void => {
    const next = [...rows];
    const [moved = ""] = next.splice(index, 1);
    next.splice(index + by, 0, moved);
    set(next);
  };
  const options = fitting(templates, type, rows).map((one) => ({ value: one.id, label: one.name }));
  return (
    <Input.Wrapper component="div" label={label} description={help} error={error === "" ? undefined : error} required={field.required} inputWrapperOrder={["label", "description", "input", "error"]}>
      <div className={classes["rows"]} role="group" aria-label={label}>
        {rows.map((row, index) => (
          <Group key={index} gap={4} wrap="nowrap">
            <span className={classes["number"]}>{index + 1}</span>
            <Select
              flex={1}
              size="xs"
              searchable
              aria-label={t("template.nth", { number: index + 1 })}
              placeholder={t("template.pick")}
              disabled={readOnly}
              data={row === "" || options.some((one) => one.value === row) ? options : [...options, { value: row, label: templates === UNASKED ? row : t("template.missing", { id: row }) }]}
              value={row === "" ? null : row}
              onChange={(next) => set(rows.map((one, place) => (place === index ? (next ?? "") : one)))}
            />
            <ActionIcon size="sm" aria-label={t("up")} disabled={readOnly || index === 0} onClick={() => swap(index, -1)}>
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon size="sm" aria-label={t("down")} disabled={readOnly || index === rows.length - 1} onClick={() => swap(index, 1)}>
              <IconArrowDown size={14} />
            </ActionIcon>
            <ActionIcon size="sm" aria-label={t("remove", { what: row })} disabled={readOnly} onClick={() => set(rows.filter((_, place) => place !== index))}>
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} />} disabled={readOnly || rows.length >= (field.most ?? 20)} onClick={() => set([...rows, ""])}>
          {t("template.add")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
