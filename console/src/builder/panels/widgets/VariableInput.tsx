import { ActionIcon, Menu, ScrollArea, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { propertiesOf, useAttributes, useKnownEvents } from "@/kit/conditions/knowledge";
import { usePanel } from "../panel";

interface Props {
  readonly label: string;
  readonly description: string;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly required: boolean;
  readonly placeholder: string;
  readonly long: boolean;
  readonly longest: number | null;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A text that may name fields of the contact and of the event: the button writes them where the cursor is. */
export function VariableInput({ long, longest, onChange, ...shared }: Props) {
  const { t } = useTranslation("panels");
  const { triggers } = usePanel();
  const attributes = useAttributes();
  const events = useKnownEvents();
  const place = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const properties = [...new Set(propertiesOf(events, triggers, "event").map((one) => one.path.at(-1) ?? ""))];
  const insert = (name: string): void => {
    const input = place.current;
    const from = input?.selectionStart ?? shared.value.length;
    const to = input?.selectionEnd ?? from;
    onChange(`${shared.value.slice(0, from)}{{${name}}}${shared.value.slice(to)}`);
    input?.focus();
  };
  const menu = (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label={t("variables.insert")}>
          <ActionIcon aria-label={t("variables.insert")} disabled={shared.disabled}>
            <IconBraces size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={280}>
          <Menu.Label>{t("variables.event")}</Menu.Label>
          {properties.map((name) => (
            <Menu.Item key={`event.${name}`} onClick={() => insert(`event.${name}`)}>
              {`event.${name}`}
            </Menu.Item>
          ))}
          <Menu.Label>{t("variables.contact")}</Menu.Label>
          {attributes.map(({ path }) => (
            <Menu.Item key={path.join(".")} onClick={() => insert(path.join("."))}>
              {path.join(".")}
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
  const limits = longest === null ? {} : { maxLength: longest };
  return long ? (
    <Textarea {...shared} {...limits} ref={place} autosize minRows={3} rightSection={menu} onChange={(event) => onChange(event.currentTarget.value)} />
  ) : (
    <TextInput {...shared} {...limits} ref={place} rightSection={menu} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}
