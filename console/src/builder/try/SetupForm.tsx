import { ActionIcon, Button, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlayerPlayFilled, IconPlus, IconX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import type { Graph } from "../model/types";
import { useCatalogue } from "../api";
import { useViews } from "../words";
import type { Field, Happening, Setup } from "./setup";
import classes from "./Try.module.css";

const ZONES = [...new Set(["UTC", Intl.DateTimeFormat().resolvedOptions().timeZone, ...Intl.supportedValuesOf("timeZone")])];
const UNITS = ["minutes", "hours", "days"] as const;
const EVENTS = ["email_opened", "email_clicked", "Order Completed", "email_unsubscribed", "email_bounced"];

interface Props {
  readonly setup: Setup;
  readonly onChange: (setup: Setup) => void;
  readonly graph: Graph;
  readonly running: boolean;
  readonly onPlay: () => void;
}

/** Who walks, how they come in, what they will do. */
export function SetupForm({ setup, onChange, graph, running, onPlay }: Props) {
  const { t } = useTranslation("tryout");
  const views = useViews();
  const { data: catalogue } = useCatalogue();
  const set = (part: Partial<Setup>): void => onChange({ ...setup, ...part });
  const triggers = graph.nodes.filter((node) => catalogue?.get(node.type)?.category === "trigger");
  const sending = graph.nodes.filter((node) => (catalogue?.get(node.type)?.sends ?? "") !== "" || catalogue?.get(node.type)?.kind === "composite");
  const ready = graph.nodes.length > 0 && (setup.who === "made" || setup.contact !== "");
  return (
    <form
      className={classes["setup"]}
      aria-label={t("setup")}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onPlay();
      }}
    >
      <div className={classes["scroll"]}>
        <section className={classes["part"]}>
          <h2>{t("who.title")}</h2>
          <SegmentedControl
            fullWidth
            size="xs"
            mb="sm"
            aria-label={t("who.title")}
            value={setup.who}
            onChange={(who) => set({ who: who === "stored" ? "stored" : "made" })}
            data={[
              { value: "made", label: t("who.made") },
              { value: "stored", label: t("who.stored") },
            ]}
          />
          {setup.who === "stored" ? <PickContact value={setup.contact} onChange={(contact) => set({ contact })} /> : <MadeUp setup={setup} set={set} />}
          <Fields label={t("who.fields")} add={t("who.add_field")} fields={setup.fields} onChange={(fields) => set({ fields })} example={["plan", "pro"]} />
        </section>
        <section className={classes["part"]}>
          <h2>{t("entry.title")}</h2>
          <Stack gap="xs">
            {triggers.length > 1 ? (
              <Select
                size="xs"
                label={t("entry.trigger")}
                allowDeselect={false}
                value={setup.trigger || (triggers[0]?.id ?? null)}
                data={triggers.map((node) => ({ value: node.id, label: views.of(node).title }))}
                onChange={(trigger) => set({ trigger: trigger ?? "" })}
              />
            ) : null}
            <TextInput size="xs" type="datetime-local" label={t("entry.start")} description={t("entry.start_hint")} value={setup.start} onChange={(event) => set({ start: event.currentTarget.value })} />
          </Stack>
          <Fields label={t("entry.properties")} add={t("entry.add_property")} fields={setup.properties} onChange={(properties) => set({ properties })} example={["total", "40"]} />
        </section>
        <section className={classes["part"]}>
          <h2>{t("then.title")}</h2>
          <Text size="xs" c="dimmed" mb="xs">
            {t("then.text")}
          </Text>
          {setup.happenings.map((one, index) => (
            <HappeningForm
              key={index}
              happening={one}
              messages={sending.map((node) => ({ value: node.id, label: views.of(node).title }))}
              onChange={(changed) => set({ happenings: setup.happenings.map((other, at) => (at === index ? changed : other)) })}
              onRemove={() => set({ happenings: setup.happenings.filter((_, at) => at !== index) })}
            />
          ))}
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => set({ happenings: [...setup.happenings, { node: sending.length > 0 ? "*" : "", event: "email_opened", after: 2, unit: "hours", properties: [] }] })}>
            {t("then.add")}
          </Button>
        </section>
      </div>
      <div className={classes["go"]}>
        <Button type="submit" fullWidth loading={running} disabled={!ready} leftSection={<IconPlayerPlayFilled size={16} />}>
          {t("play")}
        </Button>
      </div>
    </form>
  );
}

function PickContact({ value, onChange }: { value: string; onChange: (contact: string) => void }) {
  const { t } = useTranslation("tryout");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, 250);
  const found = useQuery({
    queryKey: keys.of("contacts", "pick", q),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/contacts/search", { params: { query: { q, limit: 20 } }, signal }))).items,
  });
  return (
    <Select
      size="xs"
      searchable
      label={t("who.contact")}
      placeholder={t("who.search")}
      value={value || null}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? t("who.searching") : t("who.none")}
      data={(found.data ?? []).map((one) => ({ value: one.id, label: one.email || one.user_id || one.id }))}
      onChange={(contact) => onChange(contact ?? "")}
    />
  );
}

function MadeUp({ setup, set }: { setup: Setup; set: (part: Partial<Setup>) => void }) {
  const { t } = useTranslation("tryout");
  return (
    <Stack gap="xs">
      <TextInput size="xs" label={t("who.first_name")} value={setup.firstName} onChange={(event) => set({ firstName: event.currentTarget.value })} />
      <TextInput size="xs" type="email" label={t("who.email")} value={setup.email} onChange={(event) => set({ email: event.currentTarget.value })} />
      <Select size="xs" searchable label={t("who.time_zone")} value={setup.timeZone} data={ZONES} allowDeselect={false} onChange={(timeZone) => set({ timeZone: timeZone ?? "" })} />
      <Select
        size="xs"
        label={t("who.consent")}
        allowDeselect={false}
        value={setup.consent === "" ? "unknown" : setup.consent}
        data={(["granted", "denied", "unknown"] as const).map((value) => ({ value, label: t(`who.${value}`) }))}
        onChange={(consent) => set({ consent: consent === "granted" || consent === "denied" ? consent : "" })}
      />
    </Stack>
  );
}

function Fields({ label, add, fields, onChange, example }: { label: string; add: string; fields: readonly Field[]; onChange: (fields: readonly Field[]) => void; example: readonly [string, string] }) {
  const { t } = useTranslation("tryout");
  const put = (index: number, part: Partial<Field>): void => onChange(fields.map((field, at) => (at === index ? { ...field, ...part } : field)));
  return (
    <div role="group" aria-label={label} style={{ marginTop: 10 }}>
      {fields.length === 0 ? null : (
        <Text size="xs" fw={500} mb={4}>
          {label}
        </Text>
      )}
      {fields.map((field, index) => (
        <div key={index} className={classes["pair"]}>
          <TextInput size="xs" aria-label={t("field.name")} placeholder={example[0]} value={field.name} onChange={(event) => put(index, { name: event.currentTarget.value })} />
          <TextInput size="xs" aria-label={t("field.value")} placeholder={example[1]} value={field.value} onChange={(event) => put(index, { value: event.currentTarget.value })} />
          <ActionIcon aria-label={t("field.remove")} onClick={() => onChange(fields.filter((_, at) => at !== index))}>
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={12} />} onClick={() => onChange([...fields, { name: "", value: "" }])}>
        {add}
      </Button>
    </div>
  );
}

interface HappeningProps {
  readonly happening: Happening;
  readonly messages: readonly { value: string; label: string }[];
  readonly onChange: (happening: Happening) => void;
  readonly onRemove: () => void;
}

function HappeningForm({ happening, messages, onChange, onRemove }: HappeningProps) {
  const { t, i18n } = useTranslation("tryout");
  const known = EVENTS.map((value) => ({ value, label: i18n.exists(`tryout:event.${value}`) ? t(`event.${value}` as "event.email_opened") : value }));
  const own = EVENTS.includes(happening.event) ? "" : happening.event;
  return (
    <div className={classes["happening"]}>
      <Stack gap={6}>
        <div style={{ display: "flex", gap: 6, alignItems: "end" }}>
          <Select
            size="xs"
            style={{ flex: 1 }}
            label={t("then.does")}
            allowDeselect={false}
            value={own === "" && EVENTS.includes(happening.event) ? happening.event : "other"}
            data={[...known, { value: "other", label: t("then.other") }]}
            onChange={(event) => onChange({ ...happening, event: event === "other" ? "" : (event ?? "") })}
          />
          <ActionIcon aria-label={t("then.remove")} mb={2} onClick={onRemove}>
            <IconX size={14} />
          </ActionIcon>
        </div>
        {EVENTS.includes(happening.event) ? null : <TextInput size="xs" aria-label={t("then.event")} placeholder={t("then.event")} value={happening.event} onChange={(event) => onChange({ ...happening, event: event.currentTarget.value })} />}
        <div style={{ display: "grid", gridTemplateColumns: "74px 1fr", gap: 6 }}>
          <NumberInput size="xs" min={0} max={1000} aria-label={t("then.after")} value={happening.after} onChange={(value) => onChange({ ...happening, after: Number(value) || 0 })} />
          <Select size="xs" allowDeselect={false} aria-label={t("then.unit")} value={happening.unit} data={UNITS.map((value) => ({ value, label: t(`unit.${value}`) }))} onChange={(unit) => onChange({ ...happening, unit: UNITS.find((one) => one === unit) ?? "hours" })} />
        </div>
        <Select
          size="xs"
          aria-label={t("then.when")}
          allowDeselect={false}
          value={happening.node === "" ? "start" : happening.node}
          data={[{ value: "*", label: t("then.any_message") }, ...messages.map((one) => ({ ...one, label: t("then.message", { name: one.label }) })), { value: "start", label: t("then.start") }]}
          onChange={(node) => onChange({ ...happening, node: node === "start" ? "" : (node ?? "") })}
        />
        <Fields label={t("entry.properties")} add={t("entry.add_property")} fields={happening.properties} onChange={(properties) => onChange({ ...happening, properties })} example={["total", "40"]} />
      </Stack>
    </div>
  );
}
