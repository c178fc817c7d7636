import { Select, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { nameOf, useParts } from "./form";
import type { Row } from "./model";
import { keyOf, labelOfPath, rowFor, subjectOf, subjectsOf, type Subject } from "./subjects";

/** What a row is about: one searchable list of all that can be asked, and names that nobody registered yet. */
export function SubjectPicker({ row, onChange }: { row: Row; onChange: (row: Row) => void }) {
  const { t } = useTranslation("conditions");
  const parts = useParts();
  const [typed, setTyped] = useState("");
  const groups = useMemo(() => subjectsOf(parts, (key) => t(`subject.${key}` as "subject.fields")), [parts, t]);
  const chosen = subjectOf(row);
  const notes = new Map(groups.flatMap((group) => group.items.map((item) => [item.value, item.note] as const)));
  const known = new Set(notes.keys());
  const extra: Subject[] = [];
  if (chosen !== "" && !known.has(chosen)) extra.push({ value: chosen, label: labelOf(row, t("subject.last_time")), note: "" });
  const name = typed.trim().replaceAll(" ", "_");
  const matches = groups.some((group) => group.items.some((item) => item.label.toLowerCase() === typed.trim().toLowerCase()));
  const free: Subject[] =
    name === "" || matches || labelOf(row, t("subject.last_time")) === typed
      ? []
      : parts.inside !== null
        ? [{ value: `field:event:properties.${name}`, label: t("subject.use_property", { name }), note: "" }]
        : [
            { value: `field:profile:${name}`, label: t("subject.use_field", { name }), note: "" },
            { value: `event:${typed.trim()}`, label: t("subject.use_event", { name: typed.trim() }), note: "" },
            ...(parts.context.about === "event" ? [{ value: `field:event:properties.${name}`, label: t("subject.use_property", { name }), note: "" }] : []),
          ];
  // Mantine searches for the label of what is chosen, and that is nothing that somebody typed.
  const labels = new Set([...groups.flatMap((group) => group.items), ...extra, ...free].map((item) => item.label));
  const data = [
    ...groups.map(({ group, items }) => ({ group, items: [...items] })),
    ...(extra.length === 0 ? [] : [{ group: t("subject.other"), items: extra }]),
    ...(free.length === 0 ? [] : [{ group: t("subject.other_name"), items: free }]),
  ];
  return (
    <Select
      size="xs"
      searchable
      allowDeselect={false}
      limit={120}
      maxDropdownHeight={320}
      comboboxProps={{ width: 300, position: "bottom-start" }}
      aria-label={t("subject.label")}
      placeholder={t("subject.placeholder")}
      nothingFoundMessage={t("subject.none")}
      disabled={parts.readOnly}
      autoFocus={parts.fresh === row.id}
      defaultDropdownOpened={false}
      data={data}
      value={chosen === "" ? null : chosen}
      onSearchChange={(text) => setTyped(labels.has(text) ? "" : text)}
      onChange={(value) => {
        if (value !== null && value !== chosen) onChange(rowFor(parts, value, row));
      }}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          {(notes.get(option.value) ?? "") === "" ? null : (
            <Text size="xs" c="dimmed">
              {notes.get(option.value)}
            </Text>
          )}
        </div>
      )}
    />
  );
}

function labelOf(row: Row, last: string): string {
  if (row.kind === "event") return nameOf(row.event);
  if (row.kind !== "field") return "";
  return row.about.op === "last" ? `${last} ${nameOf(row.about.event)}` : labelOfPath(row.about.scope, row.about.path) || keyOf(row.about.scope, row.about.path);
}
