import { ActionIcon, Menu, ScrollArea, TextInput, Tooltip } from "@mantine/core";
import { IconBraces, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageDialect } from "@/api/templates";
import { offers, written, type Known, type Offer } from "./completing";

const KINDS = ["field", "event", "block", "snippet", "source", "link", "workspace", "function"] as const;
const MOST = 60;

/** Chooses something that differs from contact to contact, and hands over how it is written. */
export function Picker({ known, label, onPick, dialect = "jinja2", disabled = false }: { known: Known; dialect?: MessageDialect; label: string; onPick: (written: string) => void; disabled?: boolean }) {
  const { t } = useTranslation("templates");
  const [q, setQ] = useState("");
  const wanted = q.toLocaleLowerCase();
  const all = [...offers(known, dialect), ...(known.snippets ?? []).map((id): Offer => ({ label: id, kind: "snippet" }))];
  const found = all.filter((one) => one.label.toLocaleLowerCase().includes(wanted));
  return (
    <Menu position="bottom-end" width={290} withinPortal onClose={() => setQ("")}>
      <Menu.Target>
        <Tooltip label={label}>
          <ActionIcon aria-label={label} disabled={disabled}>
            <IconBraces size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <TextInput size="xs" m={4} leftSection={<IconSearch size={14} />} placeholder={t("picker.search")} aria-label={t("picker.search")} value={q} onChange={(event) => setQ(event.currentTarget.value)} data-autofocus />
        <ScrollArea.Autosize mah={320}>
          {KINDS.map((kind) => {
            const of = found.filter((one) => one.kind === kind).slice(0, MOST);
            return of.length === 0 ? null : (
              <div key={kind}>
                <Menu.Label>{t(`picker.${kind}`)}</Menu.Label>
                {of.map((one) => (
                  <Menu.Item key={`${kind} ${one.label}`} ff="monospace" fz="xs" onClick={() => onPick(written(one, dialect))}>
                    {one.label}
                  </Menu.Item>
                ))}
              </div>
            );
          })}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
