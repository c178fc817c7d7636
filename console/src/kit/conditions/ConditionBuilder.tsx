import { Alert, Button, Input, SegmentedControl, Skeleton } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormContext, type FormParts } from "./form";
import { GroupForm } from "./GroupForm";
import { type ConditionContext, useKnowledge } from "./knowledge";
import { isUnfinished } from "./model";
import { problemsByRow } from "./places";
import { TextMode } from "./TextMode";
import { type ConditionValue, useConditionForm } from "./useConditionForm";
import { useConditionProblem } from "./useConditionProblem";
import classes from "./Conditions.module.css";

export interface ConditionBuilderProps {
  /** Text or stored form; empty: no condition. */
  readonly value: ConditionValue;
  /** Gets text, whatever was given; empty: no condition. */
  readonly onChange: (text: string) => void;
  /** Where the condition stands; keep it the same object from render to render. */
  readonly context: ConditionContext;
  readonly label: string;
  readonly readOnly?: boolean;
  /** What others say is wrong; shown only where the builder itself finds nothing, so that nothing is said twice. */
  readonly error?: string;
}

/** A condition, drawn or written. Both forms are the same condition: the server reads and writes its text. */
export function ConditionBuilder({ value, onChange, context, label, readOnly = false, error = "" }: ConditionBuilderProps) {
  const { t } = useTranslation("conditions");
  const [mode, setMode] = useState<"visual" | "text">("visual");
  return (
    <section className={classes["builder"]} aria-label={label}>
      <div className={classes["bar"]}>
        <span className={classes["label"]} aria-hidden>
          {label}
        </span>
        <SegmentedControl
          size="xs"
          aria-label={t("mode.label")}
          data={[
            { value: "visual", label: t("mode.visual") },
            { value: "text", label: t("mode.text") },
          ]}
          value={mode}
          onChange={setMode}
        />
      </div>
      {mode === "text" ? (
        <TextMode value={value} onChange={onChange} context={context} label={label} readOnly={readOnly} error={error} />
      ) : (
        <VisualMode value={value} onChange={onChange} context={context} label={label} readOnly={readOnly} error={error} onText={() => setMode("text")} />
      )}
    </section>
  );
}

interface VisualProps extends Required<ConditionBuilderProps> {
  readonly onText: () => void;
}

function VisualMode({ value, onChange, context, label, readOnly, error, onText }: VisualProps) {
  const { t } = useTranslation("conditions");
  const { form, edit, state, problems, failed } = useConditionForm(value, onChange);
  const told = useConditionProblem();
  const knowledge = useKnowledge(context);
  const [fresh, setFresh] = useState<string | null>(null);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(state === "reading"), state === "reading" ? 120 : 0);
    return () => clearTimeout(timer);
  }, [state]);
  const byRow = useMemo(() => problemsByRow(form, problems), [form, problems]);
  if (state === "unreadable") {
    return (
      <Alert color="orange" title={t("text.cannot_show")}>
        <p className={classes["problem"]}>{failed || (problems[0] === undefined ? null : told(problems[0]))}</p>
        <Button size="compact-sm" variant="light" onClick={onText}>
          {t("text.edit")}
        </Button>
      </Alert>
    );
  }
  if (state === "reading") return slow ? <Skeleton height={56} radius="md" /> : <div style={{ height: 56 }} />;
  const parts: FormParts = { form, edit, knowledge, context, readOnly, problems: byRow, inside: null, fresh, setFresh };
  return (
    <FormContext value={parts}>
      <GroupForm group={form} label={label} />
      <div role="status" className={classes["status"]}>
        {failed === "" ? (isUnfinished(form) && form.items.length > 0 ? t("unfinished") : "") : failed}
      </div>
      {error !== "" && failed === "" && problems.length === 0 ? <Input.Error mt={4}>{error}</Input.Error> : null}
    </FormContext>
  );
}
