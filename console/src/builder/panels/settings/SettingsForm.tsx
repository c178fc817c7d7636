import { Select, Textarea, TextInput } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Details } from "../../model/types";
import { PanelContext, type PanelParts } from "../panel";
import { EntrySection } from "./EntrySection";
import { ExitSection, GoalSection } from "./ExitSection";
import { readSettings, type Settings, writeSettings } from "./model";
import { Section } from "./Parts";
import { SendingSection } from "./SendingSection";
import classes from "../Panels.module.css";

interface Props {
  readonly details: Details;
  readonly parts: PanelParts;
  readonly wish: { readonly field: string; readonly tick: number } | null;
  /** Gets the changed parts of the details. */
  readonly onChange: (change: Details, field: string) => void;
}

const asText = (value: unknown): string => (typeof value === "string" ? value : "");

/** Everything of a workflow that is no step: what it is, who comes in, when they go, when it may send. */
export function SettingsForm({ details, parts, wish, onChange }: Props) {
  const { t } = useTranslation("panels");
  const place = useRef<HTMLDivElement>(null);
  const settings = readSettings(details);
  const change = (part: Partial<Settings>): void => onChange(writeSettings(details, part), `settings ${Object.keys(part).join(" ")}`);
  const wanted = wish?.field ?? "";
  useEffect(() => {
    if (wanted === "") return;
    const found = [...(place.current?.querySelectorAll<HTMLElement>("[data-field]") ?? [])].filter((one) => wanted.startsWith(one.dataset["field"] ?? "?")).at(-1);
    found?.scrollIntoView({ block: "nearest" });
    found?.querySelector<HTMLElement>("input, textarea, button")?.focus();
  }, [wanted, wish?.tick]);
  const purpose = asText(details["purpose"]);
  return (
    <PanelContext value={parts}>
      <div className={classes["settings"]} ref={place}>
        <Section id="general" title={t("settings.general")} about={t("settings.general_about")} place="name">
          <TextInput label={t("settings.name")} maxLength={120} disabled={parts.readOnly} value={asText(details["name"])} onChange={(event) => onChange({ name: event.currentTarget.value }, "name")} />
          <Textarea label={t("settings.description")} autosize minRows={2} disabled={parts.readOnly} value={asText(details["description"])} onChange={(event) => onChange({ description: event.currentTarget.value }, "description")} />
          <div data-field="purpose">
            <Select
              label={t("settings.purpose")}
              description={t(purpose === "transactional" ? "settings.transactional_help" : "settings.marketing_help")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              clearable
              disabled={parts.readOnly}
              placeholder={t("settings.purpose_none")}
              error={parts.problems.filter((one) => one.field === "purpose").map(parts.problemText)[0]}
              data={[
                { value: "marketing", label: t("choice.marketing") },
                { value: "transactional", label: t("choice.transactional") },
              ]}
              value={purpose === "" ? null : purpose}
              onChange={(value) => onChange({ purpose: value }, "purpose")}
            />
          </div>
        </Section>
        <EntrySection settings={settings} onChange={change} />
        <GoalSection settings={settings} onChange={change} />
        <ExitSection settings={settings} onChange={change} />
        <SendingSection settings={settings} onChange={change} />
      </div>
    </PanelContext>
  );
}
