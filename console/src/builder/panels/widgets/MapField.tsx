import { ActionIcon, Autocomplete, Button, Group, Input, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAttributes } from "@/kit/conditions/knowledge";
import { scalarOf } from "@/kit/conditions/ValueInput";
import { isPlain } from "../../model/document";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { useMirror } from "../useMirror";
import classes from "../Panels.module.css";

interface Pair {
  readonly name: string;
  readonly value: string;
}

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function read(value: unknown): Pair[] {
  return isPlain(value) ? Object.entries(value).map(([name, one]) => ({ name, value: shown(one) })) : [];
}

/** Names and values; a value of JSON's own kind stays one, `{{…}}` and other texts are texts. */
export function MapField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const attributes = useAttributes();
  const error = useWrong(path);
  const { label, help } = useFieldTexts(field);
  const onlyText = field.name === "headers" || field.name === "webhooks" || field.name === "save";
  const write = (pairs: readonly Pair[]): unknown => {
    const kept = pairs.filter((pair) => pair.name.trim() !== "");
    if (kept.length === 0) return field.required ? {} : undefined;
    return Object.fromEntries(kept.map((pair) => [pair.name.trim(), onlyText ? pair.value : parsed(pair.value)]));
  };
  const [pairs, set] = useMirror(value, read, write, onChange);
  const suggested = field.widget.startsWith("field") || field.name === "save" ? attributes.map((one) => one.path.join(".")) : field.name === "webhooks" ? ["blog", "newsletter", "community"] : [];
  const at = (index: number, pair: Pair): void => set(pairs.map((one, place) => (place === index ? pair : one)));
  const kind = field.name === "save" ? "save" : field.name === "headers" ? "headers" : "plain";
  return (
    <Input.Wrapper component="div" label={label} description={help} error={error === "" ? undefined : error} required={field.required} inputWrapperOrder={["label", "description", "input", "error"]}>
      <div className={classes["rows"]} role="group" aria-label={label}>
        {pairs.map((pair, index) => (
          <Group key={index} gap={6} wrap="nowrap">
            <Autocomplete flex={1} size="xs" limit={40} aria-label={t(`map.${kind}_name`)} placeholder={t(`map.${kind}_name`)} disabled={readOnly} data={suggested} value={pair.name} onChange={(name) => at(index, { ...pair, name })} />
            <TextInput flex={1.3} size="xs" aria-label={t(`map.${kind}_value`)} placeholder={t(`map.${kind}_value`)} disabled={readOnly} value={pair.value} onChange={(event) => at(index, { ...pair, value: event.currentTarget.value })} />
            <ActionIcon size="sm" aria-label={t("remove", { what: pair.name })} disabled={readOnly} onClick={() => set(pairs.filter((_, place) => place !== index))}>
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} />} disabled={readOnly || pairs.length >= (field.most ?? 50)} onClick={() => set([...pairs, { name: "", value: "" }])}>
          {t(`map.${kind}_add`)}
        </Button>
      </div>
    </Input.Wrapper>
  );
}

function parsed(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (/^[[{]/.test(text) && !text.startsWith("{{")) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return scalarOf(text, "any") ?? "";
}
