import { ActionIcon, Button, Chip, Group, Input, Select, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ConditionBuilder } from "@/kit/conditions/ConditionBuilder";
import { isPlain } from "../../model/document";
import { FieldInput, type InputProps } from "../FieldInput";
import { useFieldTexts } from "../fieldTexts";
import { usePanel, useWrong } from "../panel";
import { type Field, withValue } from "../schema";
import { slug } from "../slug";
import classes from "../Panels.module.css";

type Way = Readonly<Record<string, unknown>>;
const HOWS = ["event", "condition", "time", "date"] as const;
type How = (typeof HOWS)[number];
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const START: Readonly<Record<How, Way>> = { event: { event: "email_opened" }, condition: { condition: "" }, time: { time_of_day: "09:00" }, date: { date: "" } };

function howOf(way: Way): How {
  if ("event" in way) return "event";
  if ("date" in way) return "date";
  if ("date" in way) return "date";
  return "time_of_day" in way ? "time" : "condition";
}

/** What a contact waits for: something happens, something is so, a time of day, a date. The first wins. */
export function WaysField({ field, path, value, onChange }: InputProps) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const error = useWrong(path, true);
  const { label } = useFieldTexts(field);
  const ways: readonly Way[] = Array.isArray(value) ? value.filter(isPlain) : [];
  return (
    <Input.Wrapper component="div" label={label} description={t("ways.help")} error={error === "" ? undefined : error} required inputWrapperOrder={["label", "description", "input", "error"]}>
      <div className={classes["rows"]} role="group" aria-label={label}>
        {ways.map((way, index) => (
          <WayForm
            key={index}
            number={index + 1}
            fields={field.fields}
            path={`${path}.${index}`}
            way={way}
            only={ways.length === 1}
            onChange={(next) => onChange(ways.map((one, place) => (place === index ? next : one)))}
            onRemove={() => onChange(ways.filter((_, place) => place !== index))}
          />
        ))}
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} />} disabled={readOnly || ways.length >= (field.most ?? 10)} onClick={() => onChange([...ways, START.event])}>
          {t("ways.add")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}

interface WayProps {
  readonly number: number;
  readonly fields: readonly Field[];
  readonly path: string;
  readonly way: Way;
  readonly only: boolean;
  readonly onChange: (way: Way) => void;
  readonly onRemove: () => void;
}

function WayForm({ number, fields, path, way, only, onChange, onRemove }: WayProps) {
  const { t } = useTranslation("panels");
  const { readOnly, context } = usePanel();
  const error = useWrong(path, true);
  const how = howOf(way);
  const event = typeof way["event"] === "string" ? way["event"] : "";
  const atEvent = useMemo(() => ({ ...context, about: "event" as const, events: [event] }), [context, event]);
  const put = (name: string, value: unknown): void => onChange(withValue(way, { name, required: false, fallback: undefined }, value));
  const of = (name: string): Field | undefined => fields.find((one) => one.name === name);
  const input = (name: string) => {
    const field = of(name);
    return field === undefined ? null : <FieldInput field={{ ...field, required: name !== "offset" }} path={`${path}.${name}`} value={way[name]} onChange={(value) => put(name, value)} />;
  };
  const { where, condition } = way;
  const kept = typeof way["name"] === "string" && way["name"] !== "" ? { name: way["name"] } : {};
  return (
    <div className={classes["card"]} role="group" aria-label={t("ways.nth", { number })}>
      <Group gap={4} wrap="nowrap">
        <Select flex={1} size="xs" allowDeselect={false} aria-label={t("ways.how")} disabled={readOnly} data={HOWS.map((one) => ({ value: one, label: t(`ways.${one}`) }))} value={how} onChange={(next) => next !== null && onChange({ ...START[next], ...kept })} />
        <ActionIcon size="sm" aria-label={t("remove", { what: number })} disabled={readOnly || only} onClick={onRemove}>
          <IconTrash size={14} />
        </ActionIcon>
      </Group>
      {how === "event" ? (
        <>
          {input("event")}
          <ConditionBuilder label={t("ways.where")} value={typeof where === "string" || isPlain(where) ? where : ""} context={atEvent} readOnly={readOnly} onChange={(text) => put("where", text === "" ? undefined : text)} />
        </>
      ) : null}
      {how === "condition" ? <ConditionBuilder label={t("ways.condition")} value={typeof condition === "string" || isPlain(condition) ? condition : ""} context={context} readOnly={readOnly} onChange={(text) => put("condition", text)} /> : null}
      {how === "time" ? (
        <>
          <TextInput type="time" size="xs" label={t("ways.clock")} description={t("until.clock_help")} disabled={readOnly} value={String(way["time_of_day"])} onChange={(change) => change.currentTarget.value !== "" && put("time_of_day", change.currentTarget.value)} />
          <Weekdays value={way["weekdays"]} readOnly={readOnly} onChange={(days) => put("weekdays", days.length === 0 ? undefined : days)} />
        </>
      ) : null}
      {how === "date" ? (
        <>
          {input("date")}
          {input("offset")}
        </>
      ) : null}
      <TextInput size="xs" label={t("ways.name")} placeholder={number === 1 ? "matched" : `matched_${number}`} disabled={readOnly} value={typeof way["name"] === "string" ? way["name"] : ""} onChange={(change) => put("name", slug(change.currentTarget.value) || undefined)} />
      {error === "" ? null : <Input.Error>{error}</Input.Error>}
    </div>
  );
}

function Weekdays({ value, readOnly, onChange }: { value: unknown; readOnly: boolean; onChange: (days: string[]) => void }) {
  const { t } = useTranslation("panels");
  const chosen = Array.isArray(value) ? value.map(String) : [];
  return (
    <Input.Wrapper component="div" label={t("weekdays.label")} description={chosen.length === 0 ? t("weekdays.any") : ""} size="xs">
      <Chip.Group multiple value={chosen} onChange={(days) => onChange(DAYS.filter((day) => days.includes(day)))}>
        <Group gap={4} mt={4}>
          {DAYS.map((day) => (
            <Chip key={day} size="xs" value={day} disabled={readOnly}>
              {t(`weekdays.${day}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
