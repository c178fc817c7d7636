import type { CompletionSource } from "@codemirror/autocomplete";
import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { MessageSource, MessageViolation } from "@/api/templates";
import { CodeEditor, type Marker } from "@/kit/CodeEditor";
import { offersAt, type Known } from "./completing";
import classes from "./Editor.module.css";

interface SourceProps {
  source: MessageSource;
  onChange: (changes: Partial<MessageSource>) => void;
  known: Known;
  violations: readonly MessageViolation[];
  readOnly: boolean;
  onSave: () => void;
  inserterRef: RefObject<((text: string) => void) | null>;
}

/** The message as code, with what the server says of it at its lines. */
export function Source({ source, onChange, known, violations, readOnly, onSave, inserterRef }: SourceProps) {
  const { t } = useTranslation("templates");
  const part = source.channel !== "email" ? "text" : source.format === "mjml" ? "mjml" : "html";
  const { dialect } = source;
  const told = useRef(known);
  useEffect(() => {
    told.current = known;
  });
  const complete = useMemo(
    (): CompletionSource => (context) => {
      const found = offersAt(context.state.sliceDoc(Math.max(0, context.pos - 600), context.pos), told.current, part === "mjml", dialect);
      if (found === null || (found.length === 0 && !context.explicit && !/[{|%.\s]$/.test(context.state.sliceDoc(context.pos - 1, context.pos)))) return null;
      return {
        from: context.pos - found.length,
        options: found.offers.map(({ label, apply, kind }) => ({ label, ...(apply === undefined ? {} : { apply }), type: TYPES[kind] ?? "variable" })),
        validFor: /^[\w.-]*$/,
      };
    },
    [part, dialect],
  );
  const markers = useMemo(
    () => violations.filter((one) => one.part === part && one.line > 0).map((one): Marker => ({ line: one.line, message: one.message, severity: one.severity })),
    [violations, part],
  );
  return (
    <>
      <div className={classes["code"]}>
        <CodeEditor language={dialect === "jinja2" ? "jinja" : dialect} inserterRef={inserterRef} label={t(`code.${part}`)} height="100%" value={source[part]} onChange={(value) => onChange({ [part]: value })} readOnly={readOnly} markers={markers} complete={complete} onSave={onSave} />
      </div>
      <Faults violations={violations} />
    </>
  );
}

const TYPES: Readonly<Record<string, string>> = { field: "property", event: "property", filter: "function", function: "function", word: "keyword", tag: "type" };

/** Everything that is wrong, errors first; what has a line says it. */
export function Faults({ violations }: { violations: readonly MessageViolation[] }) {
  const { t } = useTranslation("templates");
  if (violations.length === 0) return null;
  const sorted = [...violations].sort((one, other) => (one.severity === other.severity ? one.line - other.line : one.severity === "error" ? -1 : 1));
  return (
    <ul className={classes["faults"]} aria-label={t("faults")} aria-live="polite">
      {sorted.map((one) => (
        <li key={`${one.code} ${one.part} ${one.line} ${one.message}`}>
          {one.severity === "error" ? <IconCircleX size={16} color="var(--bad)" aria-label={t("severity.error")} /> : <IconAlertTriangle size={16} color="var(--warn)" aria-label={t("severity.warning")} />}
          <span>
            {one.line > 0 ? <b>{t("line", { line: one.line })} </b> : null}
            {one.message}
          </span>
        </li>
      ))}
    </ul>
  );
}
