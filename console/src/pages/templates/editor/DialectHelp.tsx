import { ActionIcon, Anchor, Code, Popover, Table, Text, Tooltip } from "@mantine/core";
import { IconHelp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageDialect } from "@/api/templates";

const ROWS = ["value", "default", "money", "date", "if", "each", "snippet", "block", "source"] as const;
type Row = (typeof ROWS)[number];

/** The same in each language; docs/reference/message-templates.md has the whole table. */
const WRITTEN: Readonly<Record<MessageDialect, Readonly<Record<Row, string>>>> = {
  jinja2: {
    value: "{{ event.order_id }}",
    default: '{{ first_name | default("there") }}',
    money: '{{ total | money("$") }}',
    date: '{{ event.day | date("%-d %B") }}',
    if: '{% if plan == "pro" %}…{% endif %}',
    each: '{% for i in event["items"] %}…{% endfor %}',
    snippet: '{% include "footer" %}',
    block: '{{ block("hero") }}',
    source: '{{ connected("weather", city).sky }}',
  },
  handlebars: {
    value: "{{event.order_id}}",
    default: '{{default first_name "there"}}',
    money: '{{money total "$"}}',
    date: '{{date event.day "%-d %B"}}',
    if: '{{#if (eq plan "pro")}}…{{/if}}',
    each: "{{#each event.items}}…{{/each}}",
    snippet: "{{> footer}}",
    block: '{{block "hero"}}',
    source: '{{lookup (connected "weather" city) "sky"}}',
  },
  liquid: {
    value: "{{ event.order_id }}",
    default: '{{ first_name | default: "there" }}',
    money: '{{ total | money: "$" }}',
    date: '{{ event.day | date: "%-d %B" }}',
    if: '{% if plan == "pro" %}…{% endif %}',
    each: "{% for i in event.items %}…{% endfor %}",
    snippet: '{% render "footer" %}',
    block: '{{ "hero" | block }}',
    source: '{% assign w = "weather" | connected: city %}{{ w.sky }}',
  },
};

const HOME: Readonly<Record<MessageDialect, string>> = {
  jinja2: "https://jinja.palletsprojects.com/en/stable/templates/",
  handlebars: "https://handlebarsjs.com/guide/",
  liquid: "https://shopify.github.io/liquid/",
};

/** How things are written in the message's language, at hand where it is written. */
export function DialectHelp({ dialect }: { dialect: MessageDialect }) {
  const { t } = useTranslation("templates");
  const [opened, setOpened] = useState(false);
  const label = t("help.title", { dialect: t(`dialect.${dialect}`) });
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={480} withArrow trapFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={opened}>
          <ActionIcon aria-label={label} aria-expanded={opened} onClick={() => setOpened(!opened)}>
            <IconHelp size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <Text size="sm" fw={650} mb={6}>
          {label}
        </Text>
        <Table fz="xs" verticalSpacing={5} horizontalSpacing={6}>
          <Table.Tbody>
            {ROWS.map((row) => (
              <Table.Tr key={row}>
                <Table.Th fw={500} w={120}>
                  {t(`help.${row}`)}
                </Table.Th>
                <Table.Td>
                  <Code fz={11.5} style={{ overflowWrap: "anywhere" }}>
                    {WRITTEN[dialect][row]}
                  </Code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Anchor href={HOME[dialect]} target="_blank" rel="noreferrer" size="xs" mt={8} display="inline-block">
          {t("help.more", { dialect: t(`dialect.${dialect}`) })}
        </Anchor>
      </Popover.Dropdown>
    </Popover>
  );
}
