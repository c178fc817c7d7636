import { ActionIcon, Badge, Button, Group, Modal, SegmentedControl, Stack, Text, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MessageSource, type Translations, type Worded } from "@/api/templates";
import { CodeEditor } from "@/kit/CodeEditor";
import { SmsLength } from "@/kit/SmsLength";
import { EmptyState } from "@/kit/EmptyState";
import classes from "./Languages.module.css";
import { lacking, partsOf } from "./translating";

interface Props {
  source: MessageSource;
  onChange: (translations: Translations) => void;
  readOnly: boolean;
  onClose: () => void;
}

const TAG = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** The message in all its languages: what it says on the left, the same in another language on the right. */
export function Languages({ source, onChange, readOnly, onClose }: Props) {
  const { t, i18n } = useTranslation(["templates", "kit"]);
  const { translations } = source;
  const languages = Object.keys(translations);
  const [chosen, setChosen] = useState(languages[0] ?? "");
  const [tag, setTag] = useState("");
  const names = new Intl.DisplayNames(i18n.language, { type: "language" });
  const nameOf = (language: string): string => (TAG.test(language) ? (names.of(language) ?? language) : language);
  const here = translations[chosen];
  const wanted = tag.trim();
  const may = TAG.test(wanted) && wanted !== source.language && !languages.includes(wanted);
  function add(): void {
    if (!may) return;
    onChange({ ...translations, [wanted]: {} });
    setChosen(wanted);
    setTag("");
  }
  function write(part: Worded, text: string): void {
    const words = Object.fromEntries(Object.entries({ ...here, [part]: text }).filter(([, one]) => one !== ""));
    onChange({ ...translations, [chosen]: words });
  }
  return (
    <Modal opened onClose={onClose} size="min(1180px, 96vw)" title={t("languages.title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("languages.text")}
        </Text>
        <Group justify="space-between" align="flex-end">
          {languages.length > 0 ? (
            <SegmentedControl
              aria-label={t("languages.title")}
              value={chosen}
              onChange={setChosen}
              data={languages.map((one) => ({
                value: one,
                label: (
                  <Group gap={6} wrap="nowrap">
                    {nameOf(one)}
                    {lacking(source, one).length > 0 ? (
                      <Badge size="sm" circle color="orange" autoContrast aria-label={t("languages.lacks", { count: lacking(source, one).length })}>
                        {lacking(source, one).length}
                      </Badge>
                    ) : null}
                  </Group>
                ),
              }))}
            />
          ) : (
            <span />
          )}
          {readOnly ? null : (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                add();
              }}
            >
              <Group gap="xs" align="flex-end">
                <TextInput size="sm" w={150} label={t("languages.tag")} placeholder={t("languages.example")} value={tag} onChange={(event) => setTag(event.currentTarget.value)} />
                <Button type="submit" size="sm" variant="default" leftSection={<IconPlus size={15} />} disabled={!may}>
                  {t("languages.add")}
                </Button>
              </Group>
            </form>
          )}
        </Group>
        {here === undefined ? (
          <EmptyState art="file" compact title={t("languages.none")} text={t("languages.none_text")} />
        ) : (
          <>
            <div className={classes["heads"]}>
              <Text size="sm" fw={650}>
                {t("languages.own", { name: nameOf(source.language) })}
              </Text>
              <Group justify="space-between" gap="xs" wrap="nowrap">
                <Text size="sm" fw={650}>
                  {nameOf(chosen)}
                </Text>
                {readOnly ? null : (
                  <Tooltip label={t("languages.remove", { name: nameOf(chosen) })}>
                    <ActionIcon
                      aria-label={t("languages.remove", { name: nameOf(chosen) })}
                      onClick={() => {
                        onChange(Object.fromEntries(Object.entries(translations).filter(([one]) => one !== chosen)));
                        setChosen(languages.find((one) => one !== chosen) ?? "");
                      }}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Tooltip>
                )}
              </Group>
            </div>
            {partsOf(source).map((part) => (
              <Part key={`${chosen} ${part}`} part={part} source={source} value={here[part] ?? ""} language={nameOf(chosen)} readOnly={readOnly} onChange={(text) => write(part, text)} />
            ))}
          </>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("languages.done")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface PartProps {
  part: Worded;
  source: MessageSource;
  value: string;
  language: string;
  readOnly: boolean;
  onChange: (text: string) => void;
}

function Part({ part, source, value, language, readOnly, onChange }: PartProps) {
  const { t } = useTranslation("templates");
  const own = source[part];
  const code = part === "html" || part === "mjml";
  const coding = source.dialect === "jinja2" ? "jinja" : source.dialect;
  const missing = own.trim() !== "" && value.trim() === "";
  return (
    <section className={classes["pair"]} aria-label={t(`languages.part.${part}`)}>
      <Group gap="xs" className={classes["part"] ?? ""}>
        <Text size="xs" fw={600} c="dimmed">
          {t(`languages.part.${part}`)}
        </Text>
        {missing ? (
          <Badge size="sm" variant="light" color="orange" autoContrast>
            {t("languages.missing")}
          </Badge>
        ) : null}
        {missing && !readOnly ? (
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(own)}>
            {t("languages.copy")}
          </Button>
        ) : null}
      </Group>
      {code ? (
        <>
          <CodeEditor language={coding} label={t("languages.original", { part: t(`languages.part.${part}`) })} height={300} value={own} readOnly />
          <CodeEditor language={coding} label={`${t(`languages.part.${part}`)}: ${language}`} height={300} value={value} readOnly={readOnly} onChange={onChange} />
        </>
      ) : (
        <>
          <Textarea autosize minRows={part === "text" ? 3 : 1} maxRows={14} readOnly aria-label={t("languages.original", { part: t(`languages.part.${part}`) })} value={own} />
          <Textarea autosize minRows={part === "text" ? 3 : 1} maxRows={14} readOnly={readOnly} aria-label={`${t(`languages.part.${part}`)}: ${language}`} placeholder={own} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
          {source.channel === "sms" && part === "text" ? (
            <>
              <SmsLength text={own} purpose={source.purpose} />
              <SmsLength text={value} purpose={source.purpose} />
            </>
          ) : null}
        </>
      )}
    </section>
  );
}
