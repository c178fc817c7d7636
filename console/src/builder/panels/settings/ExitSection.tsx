import { Checkbox } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ConditionBuilder } from "@/kit/conditions/ConditionBuilder";
import { FieldInput } from "../FieldInput";
import { usePanel } from "../panel";
import { EMIT, EVENT, WITHIN } from "./fields";
import type { Exit, Goal, Settings } from "./model";
import { Cards, Section } from "./Parts";

interface Props {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}

const NO_EXIT: Exit = { event: "", where: "", emit: "" };
const NO_GOAL: Goal = { event: "", where: "", within: "", ends: false };
const asText = (value: unknown): string => (typeof value === "string" ? value : "");

/** What counts as a conversion. */
export function GoalSection({ settings, onChange }: Props) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  return (
    <Section id="goals" title={t("settings.goals")} about={t("settings.goals_about")}>
      <Cards items={settings.goals} label={(number) => t("settings.goal_nth", { number })} add={t("settings.add_goal")} fresh={NO_GOAL} readOnly={readOnly} onChange={(goals) => onChange({ goals })}>
        {(goal, put, index) => (
          <>
            <FieldInput field={EVENT} path={`settings.goals.${index}.event`} value={goal.event} onChange={(event) => put({ event: asText(event) })} />
            <Where event={goal.event} value={goal.where} onChange={(where) => put({ where })} />
            <FieldInput field={WITHIN} path={`settings.goals.${index}.within`} value={goal.within} onChange={(within) => put({ within: asText(within) })} />
            <Checkbox label={t("settings.goal_ends")} disabled={readOnly} checked={goal.ends} onChange={(event) => put({ ends: event.currentTarget.checked })} />
          </>
        )}
      </Cards>
    </Section>
  );
}

/** What ends a contact's way early. */
export function ExitSection({ settings, onChange }: Props) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  return (
    <Section id="exit_criteria" title={t("settings.exit")} about={t("settings.exit_about")}>
      <Checkbox label={t("settings.unsubscribe")} description={t("settings.unsubscribe_help")} disabled={readOnly} checked={settings.exit_on_unsubscribe} onChange={(event) => onChange({ exit_on_unsubscribe: event.currentTarget.checked })} />
      <Cards items={settings.exit_criteria} label={(number) => t("settings.exit_nth", { number })} add={t("settings.add_exit")} fresh={NO_EXIT} readOnly={readOnly} onChange={(exit_criteria) => onChange({ exit_criteria })}>
        {(exit, put, index) => (
          <>
            <Checkbox label={t("settings.any_event")} disabled={readOnly} checked={exit.event === "*"} onChange={(event) => put({ event: event.currentTarget.checked ? "*" : "" })} />
            {exit.event === "*" ? null : <FieldInput field={EVENT} path={`settings.exit_criteria.${index}.event`} value={exit.event} onChange={(event) => put({ event: asText(event) })} />}
            <Where event={exit.event} value={exit.where} onChange={(where) => put({ where })} />
            <FieldInput field={EMIT} path={`settings.exit_criteria.${index}.emit`} value={exit.emit} onChange={(emit) => put({ emit: asText(emit) })} />
          </>
        )}
      </Cards>
    </Section>
  );
}

function Where({ event, value, onChange }: { event: string; value: string; onChange: (where: string) => void }) {
  const { t } = useTranslation("panels");
  const { readOnly } = usePanel();
  const context = useMemo(() => ({ about: "event" as const, events: [event] }), [event]);
  return <ConditionBuilder label={t("settings.where")} value={value} context={context} readOnly={readOnly} onChange={onChange} />;
}
