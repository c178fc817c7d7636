import { Text, Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParts } from "./form";
import { useLanguage } from "./language";
import type { Row } from "./model";
import { useConditionProblem } from "./useConditionProblem";
import classes from "./Conditions.module.css";

type TextOf = Extract<Row, { kind: "text" }>;

/** A part that rows cannot show: it stays as text, and the server reads what is typed. */
export function TextRowForm({ row, onChange }: { row: TextOf; onChange: (row: Row) => void }) {
  const { t } = useTranslation("conditions");
  const told = useConditionProblem();
  const language = useLanguage();
  const { readOnly } = useParts();
  const [text, setText] = useState(row.text ?? "");
  const [fault, setFault] = useState("");
  useEffect(() => {
    if (row.tree === null || row.text !== null) return;
    let gone = false;
    language.print(row.tree).then(
      (said) => {
        if (!gone) setText((before) => before || said.text);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [row.tree, row.text, language]);
  const settle = async (): Promise<void> => {
    if (text.trim() === "") return;
    try {
      const said = await language.parse(text);
      if (said.tree === null) setFault(said.problems[0] === undefined ? t("text.unreadable") : told(said.problems[0]));
      else {
        setFault("");
        onChange({ ...row, tree: said.tree, text: said.text });
      }
    } catch {
      setFault(t("text.unasked"));
    }
  };
  return (
    <div className={classes["textRow"]}>
      <Textarea size="xs" autosize minRows={1} aria-label={t("text.row")} classNames={{ input: classes["mono"] ?? "" }} value={text} error={fault} readOnly={readOnly} onChange={(event) => setText(event.currentTarget.value)} onBlur={() => void settle()} />
      <Text size="xs" c="dimmed">
        {t("text.why")}
      </Text>
    </div>
  );
}
