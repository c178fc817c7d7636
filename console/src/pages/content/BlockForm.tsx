import { ActionIcon, Button, Collapse, Group, Select, SimpleGrid, Text, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "@/api/content";
import { CodeEditor } from "@/kit/CodeEditor";
import { ConditionBuilder } from "@/kit/conditions/ConditionBuilder";
import { useSegmentNames } from "@/kit/conditions/knowledge";
import { freeId } from "./calls";
import classes from "./Content.module.css";
import { dialectOf } from "./dialects";
import { text, type PieceFormProps } from "./fields";
import { Shown } from "./Shown";
import { DialectField } from "./SnippetForm";

const CONTACT = { about: "contact" } as const;
const KINDS = ["content", "offer", "message"] as const;

/** A block: who gets which content, in the order in which it is asked; the first that fits is shown. */
export function BlockForm({ value, onChange, readOnly, problems, onSave }: PieceFormProps) {
  const { t } = useTranslation("content");
  const choices = listOf(value["choices"]);
  const otherwise = recordOf(value["default"]);
  const dialect = dialectOf(value);
  const put = (place: number, changes: Json): void => onChange({ choices: choices.map((one, at) => (at === place ? { ...one, ...changes } : one)) });
  const move = (place: number, by: number): void => {
    const next = [...choices];
    const [taken] = next.splice(place, 1);
    if (taken) next.splice(place + by, 0, taken);
    onChange({ choices: next });
  };
  const ids = [...choices, ...(otherwise ? [otherwise] : [])].map((one) => text(one, "id"));
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select label={t("field.kind")} description={t("kind_hint")} allowDeselect={false} readOnly={readOnly} value={KINDS.find((one) => one === value["kind"]) ?? "content"} data={KINDS.map((one) => ({ value: one, label: t(`kind.${one}`) }))} onChange={(kind) => onChange({ kind })} />
        <DialectField value={dialect} onChange={(next) => onChange({ dialect: next })} readOnly={readOnly} />
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {t("block.order")}
      </Text>
      {choices.map((one, place) => (
        <ChoiceCard
          key={text(one, "id")}
          rank={place + 1}
          value={one}
          dialect={dialect}
          readOnly={readOnly}
          problems={problems}
          place={`choices.${place}`}
          onSave={onSave}
          onChange={(changes) => put(place, changes)}
          {...(place > 0 ? { onUp: () => move(place, -1) } : {})}
          {...(place < choices.length - 1 ? { onDown: () => move(place, 1) } : {})}
          onRemove={() => onChange({ choices: choices.filter((_, at) => at !== place) })}
        />
      ))}
      {readOnly ? null : (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} disabled={choices.length >= 30} onClick={() => onChange({ choices: [...choices, { id: freeId(ids), segment: "", when: "", html: "", text: "" }] })}>
            {t("block.add")}
          </Button>
        </Group>
      )}
      {otherwise ? (
        <ChoiceCard value={otherwise} dialect={dialect} readOnly={readOnly} problems={problems} place="default" onSave={onSave} onChange={(changes) => onChange({ default: { ...otherwise, ...changes } })} onRemove={() => onChange({ default: null })} />
      ) : (
        <Group justify="space-between" className={classes["choice"] ?? ""} data-default="true" style={{ display: "flex" }}>
          <Text size="sm">{t("block.nothing")}</Text>
          {readOnly ? null : (
            <Button size="xs" variant="default" onClick={() => onChange({ default: { id: ids.includes("all") ? freeId(ids) : "all", html: "" } })}>
              {t("block.add_default")}
            </Button>
          )}
        </Group>
      )}
    </>
  );
}

interface ChoiceProps {
  /** Undefined: what all others get. */
  rank?: number;
  value: Json;
  dialect: string;
  readOnly: boolean;
  problems: ReadonlyMap<string, string>;
  place: string;
  onSave: () => void;
  onChange: (changes: Json) => void;
  onUp?: () => void;
  onDown?: () => void;
  onRemove: () => void;
}

function ChoiceCard({ rank, value, dialect, readOnly, problems, place, onSave, onChange, onUp, onDown, onRemove }: ChoiceProps) {
  const { t } = useTranslation("content");
  const segments = useSegmentNames();
  const [looking, setLooking] = useState(false);
  const [worded, setWorded] = useState(text(value, "text") !== "");
  const id = text(value, "id");
  const title = rank === undefined ? t("block.others") : t("block.choice", { rank });
  const problem = problems.get(`${id}.html`) ?? problems.get(`${place}.html`);
  return (
    <section className={classes["choice"]} data-default={rank === undefined} aria-label={title}>
      <div className={classes["choicehead"]}>
        {rank === undefined ? null : (
          <span className={classes["rank"]} aria-hidden>
            {rank}
          </span>
        )}
        <Text component="h2" size="sm" fw={650} style={{ flex: 1 }}>
          {title}
        </Text>
        <TextInput size="xs" w={150} aria-label={t("field.choice_id")} value={id} readOnly={readOnly} error={problems.get(`${place}.id`)} onChange={(event) => onChange({ id: event.currentTarget.value.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "_") })} />
        {rank === undefined || readOnly ? null : (
          <>
            <Move icon={<IconArrowUp size={16} />} label={t("block.up", { name: title })} {...(onUp ? { onClick: onUp } : {})} />
            <Move icon={<IconArrowDown size={16} />} label={t("block.down", { name: title })} {...(onDown ? { onClick: onDown } : {})} />
          </>
        )}
        {readOnly ? null : <Move icon={<IconTrash size={16} />} label={t("block.remove", { name: title })} onClick={onRemove} />}
      </div>
      {rank === undefined ? null : (
        <>
          <Select
            label={t("field.segment")}
            description={t("segment_hint")}
            searchable
            clearable
            maw={420}
            readOnly={readOnly}
            placeholder={t("segment_any")}
            value={text(value, "segment") || null}
            data={segments.map((one) => ({ value: one.id, label: one.name }))}
            error={problems.get(`${place}.segment`)}
            onChange={(segment) => onChange({ segment: segment ?? "" })}
          />
          <ConditionBuilder label={t("field.when")} value={text(value, "when")} context={CONTACT} readOnly={readOnly} error={problems.get(`${place}.when`) ?? ""} onChange={(when) => onChange({ when })} />
        </>
      )}
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("field.html")}
        </Text>
        <CodeEditor key={dialect} language={dialect === "jinja2" ? "jinja" : dialect === "liquid" ? "liquid" : "handlebars"} label={`${title}: ${t("field.html")}`} height={130} value={text(value, "html")} readOnly={readOnly} onSave={onSave} onChange={(html) => onChange({ html })} />
        {problem === undefined ? null : (
          <Text size="sm" c="var(--bad)" role="alert" mt={4}>
            {problem}
          </Text>
        )}
      </div>
      {worded ? <Textarea label={t("field.text")} description={t("text_hint")} autosize minRows={1} value={text(value, "text")} readOnly={readOnly} onChange={(event) => onChange({ text: event.currentTarget.value })} /> : null}
      <Group gap="xs">
        <Button size="compact-sm" variant="subtle" color="gray" aria-expanded={looking} onClick={() => setLooking(!looking)}>
          {t(looking ? "shown.hide" : "shown.show")}
        </Button>
        {worded || readOnly ? null : (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setWorded(true)}>
            {t("block.own_text")}
          </Button>
        )}
      </Group>
      <Collapse expanded={looking}>{looking ? <Shown html={text(value, "html")} dialect={dialect} label={`${title}: ${t("shown.title")}`} /> : null}</Collapse>
    </section>
  );
}

function Move({ icon, label, onClick }: { icon: React.ReactNode; label: string; onClick?: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} disabled={onClick === undefined} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map((one) => recordOf(one) ?? {}) : [];
}

function recordOf(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}
