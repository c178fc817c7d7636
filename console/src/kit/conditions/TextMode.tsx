import { Text } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/error";
import { CodeEditor } from "../CodeEditor";
import { completionsOf, placeOf } from "./complete";
import type { ConditionContext } from "./knowledge";
import { useKnowledge } from "./knowledge";
import { type ConditionProblem, useLanguage } from "./language";
import { isTree } from "./tree";
import type { ConditionValue } from "./useConditionForm";
import { problemText, useConditionProblem } from "./useConditionProblem";
import classes from "./Conditions.module.css";

const PAUSE_MS = 350;

interface Props {
  readonly value: ConditionValue;
  readonly onChange: (text: string) => void;
  readonly context: ConditionContext;
  readonly label: string;
  readonly readOnly: boolean;
  readonly error: string;
}

/** A condition as text; the server says what is wrong, and where. */
export function TextMode({ value, onChange, context, label, readOnly, error }: Props) {
  const { t, i18n } = useTranslation("conditions");
  const told = useConditionProblem();
  const language = useLanguage();
  const knowledge = useKnowledge(context);
  const [written, setWritten] = useState("");
  const text = typeof value === "string" ? value : written;
  const [problems, setProblems] = useState<readonly ConditionProblem[]>([]);
  useEffect(() => {
    if (!isTree(value)) return undefined;
    let gone = false;
    language.print(value).then(
      (said) => {
        if (!gone) setWritten(said.text);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [value, language]);
  useEffect(() => {
    const asking = new AbortController();
    const timer = setTimeout(() => {
      if (text.trim() === "") {
        setProblems([]);
        return;
      }
      language.parse(text, asking.signal).then(
        (said) => {
          if (!asking.signal.aborted) setProblems(said.problems);
        },
        (fault: unknown) => {
          if (!asking.signal.aborted) setProblems([{ code: "unasked", message: asApiError(fault).message || t("text.unasked"), path: "", position: null, severity: "warning" }]);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [text, language, t]);
  const complete = useMemo(() => completionsOf(knowledge, context), [knowledge, context]);
  const markers = useMemo(() => problems.flatMap((one) => (one.position === null ? [] : [{ ...placeOf(text, one.position), message: problemText(t, i18n.language, one), severity: one.severity }])), [problems, text, t, i18n.language]);
  return (
    <div className={classes["textMode"]}>
      <CodeEditor key={knowledge.events.length + knowledge.fields.length} language="text" label={label} height={132} value={text} readOnly={readOnly} markers={markers} complete={complete} onChange={onChange} />
      <div role="status">
        {problems.map((one) => (
          <p key={`${one.code} ${one.path} ${one.message}`} className={classes["problem"]} data-severity={one.severity}>
            {told(one)}
          </p>
        ))}
        {error !== "" && problems.length === 0 ? <p className={classes["problem"]}>{error}</p> : null}
      </div>
      <Text size="xs" c="dimmed">
        {t("text.hint")}
      </Text>
    </div>
  );
}
