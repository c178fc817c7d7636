import { Button, Group, Modal, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import type { Recipient } from "@/api/templates";
import { CodeEditor } from "@/kit/CodeEditor";

/** For whom the message is shown: a stored contact, or one made up here. */
export interface Someone {
  kind: "sample" | "contact";
  contact: string;
  name: string;
  /** Empty: the contact's own, or the message's. */
  language: string;
}

export const NOBODY: Someone = { kind: "sample", contact: "", name: "", language: "" };

export function recipientOf(someone: Someone, sample: Record<string, unknown>): Recipient {
  if (someone.kind === "contact" && someone.contact !== "") {
    // What a contact lacks is the event that brings it here: the sample's stands for it.
    return { contact: someone.contact, language: someone.language, sample: "event" in sample ? { event: sample["event"] } : null };
  }
  return { contact: "", language: someone.language, sample };
}

interface Props {
  someone: Someone;
  onChange: (someone: Someone) => void;
  sample: Record<string, unknown>;
  /** Languages that the message is written in, its own first. */
  languages: readonly string[];
}

export function RecipientPicker({ someone, onChange, sample, languages }: Props) {
  const { t } = useTranslation("templates");
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t("recipient.label")}
        value={someone.kind}
        onChange={(kind) => onChange({ ...someone, kind: kind === "contact" ? "contact" : "sample" })}
        data={(["sample", "contact"] as const).map((value) => ({ value, label: t(`recipient.${value}`) }))}
      />
      {someone.kind === "contact" ? (
        <Search someone={someone} onChange={onChange} />
      ) : (
        <Text size="xs" c="dimmed" truncate style={{ flex: 1 }}>
          {Object.entries(sample)
            .filter(([, value]) => typeof value === "string")
            .slice(0, 3)
            .map(([, value]) => String(value))
            .join(" · ")}
        </Text>
      )}
      {languages.length > 1 ? (
        <Select
          size="xs"
          w={170}
          aria-label={t("recipient.language")}
          allowDeselect={false}
          value={languages.includes(someone.language) ? someone.language : ""}
          data={[{ value: "", label: t("recipient.own_language") }, ...languages.map((value) => ({ value, label: value }))]}
          onChange={(language) => onChange({ ...someone, language: language ?? "" })}
        />
      ) : null}
    </>
  );
}

function Search({ someone, onChange }: Omit<Props, "sample" | "languages">) {
  const { t } = useTranslation("templates");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, 250);
  const { data } = useQuery({
    queryKey: keys.of("templates", "contacts", q),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => body(api.GET("/api/v1/contacts/search", { params: { query: { q, limit: 12 } }, signal })),
  });
  const found = (data?.items ?? []).map((one) => ({ value: one.id, label: [one.email, one.user_id].filter((part) => typeof part === "string" && part !== "")[0] ?? one.id }));
  const known = someone.contact === "" || found.some((one) => one.value === someone.contact) ? found : [{ value: someone.contact, label: someone.name }, ...found];
  return (
    <Select
      size="xs"
      style={{ flex: 1, minWidth: 180 }}
      searchable
      aria-label={t("recipient.search")}
      placeholder={t("recipient.search")}
      nothingFoundMessage={t("recipient.nothing")}
      data={known}
      // The server searches.
      filter={({ options }) => options}
      value={someone.contact || null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(value, option) => onChange({ ...someone, kind: "contact", contact: value ?? "", name: option?.label ?? "" })}
    />
  );
}

/** The made-up contact as JSON: fields, and the event that it came by. */
export function SampleEditor({ sample, onSave, onClose }: { sample: Record<string, unknown>; onSave: (sample: Record<string, unknown>) => void; onClose: () => void }) {
  const { t } = useTranslation(["templates", "kit"]);
  const [text, setText] = useState(() => JSON.stringify(sample, null, 2));
  const read = parsed(text);
  return (
    <Modal opened onClose={onClose} size="lg" title={t("recipient.edit")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("recipient.edit_hint")}
        </Text>
        <CodeEditor language="json" label={t("recipient.edit")} height={320} value={text} onChange={setText} />
        {read === null ? (
          <Text size="sm" c="var(--bad)" role="alert">
            {t("recipient.broken")}
          </Text>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("kit:cancel")}
          </Button>
          <Button
            disabled={read === null}
            onClick={() => {
              if (read) onSave(read);
              onClose();
            }}
          >
            {t("recipient.take")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null && !Array.isArray(found) ? { ...found } : null;
  } catch {
    return null;
  }
}
