import { ActionIcon, Button, Group, Input, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ConditionBuilder } from "@/kit/conditions/ConditionBuilder";
import { isPlain } from "../../model/document";
import type { InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { slug } from "../slug";
import classes from "../Panels.module.css";

type Case = Readonly<Record<string, unknown>>;

/** The cases of a switch, asked in order: the first that holds is the contact's way. */
export function CasesField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path, true);
  const { label } = useFieldTexts(field);
  const cases: readonly Case[] = Array.isArray(value) ? value.filter(isPlain) : [];
  const move = (index: number, by: number): void => {
    const next = [...cases];
    const [moved] = next.splice(index, 1);
    if (moved !== undefined) next.splice(index + by, 0, moved);
    onChange(next);
  };
  const free = (): string => {
    for (let number = cases.length + 1; ; number += 1) if (cases.every((one) => one["name"] !== `case_${number}`)) return `case_${number}`;
  };
  return (
    <Input.Wrapper component="div" label={label} description={t("cases.help")} error={error === "" ? undefined : error} required inputWrapperOrder={["label", "description", "input", "error"]}>
      <div className={classes["rows"]} role="group" aria-label={label}>
        {cases.map((one, index) => (
          <CaseForm
            key={index}
            number={index + 1}
            path={`${path}.${index}`}
            value={one}
            last={index === cases.length - 1}
            only={cases.length === 1}
            onChange={(next) => onChange(cases.map((other, place) => (place === index ? next : other)))}
            onMove={(by) => move(index, by)}
            onRemove={() => onChange(cases.filter((_, place) => place !== index))}
          />
        ))}
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} />} disabled={readOnly || cases.length >= (field.most ?? 30)} onClick={() => onChange([...cases, { name: free(), condition: "" }])}>
          {t("cases.add")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}

interface CaseProps {
  readonly number: number;
  readonly path: string;
  readonly value: Case;
  readonly last: boolean;
  readonly only: boolean;
  readonly onChange: (value: Case) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

function CaseForm({ number, path, value, last, only, onChange, onMove, onRemove }: CaseProps) {
  const { t } = useTranslation("panels");
  const { readOnly, context } = usePanel();
  const error = useWrong(path);
  const { condition } = value;
  return (
    <div className={classes["card"]} role="group" aria-label={t("cases.nth", { number })}>
      <Group gap={4} wrap="nowrap">
        <TextInput flex={1} size="xs" aria-label={t("cases.name")} placeholder={t("cases.name")} disabled={readOnly} value={typeof value["name"] === "string" ? value["name"] : ""} onChange={(event) => onChange({ ...value, name: slug(event.currentTarget.value) })} />
        <ActionIcon size="sm" aria-label={t("up")} disabled={readOnly || number === 1} onClick={() => onMove(-1)}>
          <IconArrowUp size={14} />
        </ActionIcon>
        <ActionIcon size="sm" aria-label={t("down")} disabled={readOnly || last} onClick={() => onMove(1)}>
          <IconArrowDown size={14} />
        </ActionIcon>
        <ActionIcon size="sm" aria-label={t("remove", { what: number })} disabled={readOnly || only} onClick={onRemove}>
          <IconTrash size={14} />
        </ActionIcon>
      </Group>
      <ConditionBuilder label={t("cases.condition")} value={typeof condition === "string" || isPlain(condition) ? condition : ""} context={context} readOnly={readOnly} onChange={(text) => onChange({ ...value, condition: text })} />
      {error === "" ? null : <Input.Error>{error}</Input.Error>}
    </div>
  );
}
