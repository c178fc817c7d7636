import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { html } from "@codemirror/lang-html";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef, type RefObject } from "react";
import { handlebars, jinja } from "./jinja";

export type CodeLanguage = "html" | "jinja" | "handlebars" | "liquid" | "yaml" | "json" | "text";

/** Something about a place in the text; lines and columns from 1. */
export interface Marker {
  line: number;
  column?: number;
  message: string;
  severity?: "error" | "warning" | "info";
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: CodeLanguage;
  label: string;
  height?: number | string;
  readOnly?: boolean;
  markers?: readonly Marker[];
  complete?: CompletionSource;
  /** Gets what writes a text at the cursor, for menus beside the editor. */
  inserterRef?: RefObject<((text: string) => void) | null>;
  /** Ctrl/Cmd+S. */
  onSave?: () => void;
}

const LANGUAGES: Record<CodeLanguage, () => Extension> = { html, jinja: () => [html({ selfClosingTags: true }), jinja], liquid: () => [html({ selfClosingTags: true }), jinja], handlebars: () => [html({ selfClosingTags: true }), handlebars], yaml, json, text: () => [] };

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.tagName], color: "var(--node-wait)" },
  { tag: [tags.string, tags.attributeValue], color: "var(--node-trigger)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--node-logic)" },
  { tag: [tags.propertyName, tags.attributeName, tags.definition(tags.propertyName)], color: "var(--node-message)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--mantine-color-text)", backgroundColor: "var(--surface)", fontSize: "13px", height: "100%" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--mantine-color-text)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-gutters": { backgroundColor: "var(--page)", color: "var(--quiet)", border: "none", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--mantine-primary-color-filled) 7%, transparent)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "color-mix(in srgb, var(--mantine-primary-color-filled) 28%, transparent) !important" },
  "&.cm-focused": { outline: "2px solid var(--mantine-primary-color-filled)", outlineOffset: "-1px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", border: "1px solid var(--line-strong)", borderRadius: "6px", color: "var(--mantine-color-text)" },
  ".cm-jinja, .cm-jinja *": { color: "var(--brand-text) !important" },
  ".cm-jinja": { backgroundColor: "var(--brand-soft)", borderRadius: "3px" },
  ".cm-jinja-block, .cm-jinja-block *": { color: "var(--node-wait) !important", fontWeight: "600" },
  ".cm-jinja-note, .cm-jinja-note *": { color: "var(--quiet) !important", fontStyle: "italic" },
  ".cm-panels": { backgroundColor: "var(--page)", color: "var(--mantine-color-text)" },
});

const writable = (may: boolean): Extension => [EditorState.readOnly.of(!may), EditorView.editable.of(may)];

export function Editor({ value, onChange, language, label, height = 320, readOnly = false, markers = [], complete, inserterRef, onSave }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const told = useRef({ onChange, onSave, value, readOnly, complete });
  const fixed = useRef(new Compartment());
  useEffect(() => {
    told.current = { onChange, onSave, value, readOnly, complete };
  });

  useEffect(() => {
    if (!place.current) return;
    // As they are now: what changes later follows below, and the editor is made anew for another language alone.
    const { value: begun, readOnly: closed, complete: completing } = told.current;
    const changing = fixed.current;
    const made = new EditorView({
      parent: place.current,
      doc: begun,
      extensions: [
        keymap.of([
          {
            key: "Mod-s",
            preventDefault: true,
            run: () => {
              told.current.onSave?.();
              return true;
            },
          },
        ]),
        lineNumbers(),
        foldGutter(),
        highlightActiveLineGutter(),
        highlightActiveLine(),
        drawSelection(),
        history(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap]),
        LANGUAGES[language](),
        look,
        syntaxHighlighting(colours),
        lintGutter(),
        EditorView.lineWrapping,
        // What cannot be edited is reached by the keyboard too, for it scrolls.
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        ...(completing ? [autocompletion({ override: [(context) => told.current.complete?.(context) ?? null] })] : []),
        changing.of([writable(!closed)]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) told.current.onChange?.(update.state.doc.toString());
        }),
      ],
    });
    view.current = made;
    if (inserterRef) {
      inserterRef.current = (text) => {
        made.dispatch(made.state.replaceSelection(text));
        made.focus();
      };
    }
    return () => {
      made.destroy();
      view.current = null;
      if (inserterRef) inserterRef.current = null;
    };
  }, [language, label, inserterRef]);

  useEffect(() => {
    const now = view.current;
    if (now && now.state.doc.toString() !== value) now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: fixed.current.reconfigure([writable(!readOnly)]) });
  }, [readOnly]);

  useEffect(() => {
    const now = view.current;
    if (now) now.dispatch(setDiagnostics(now.state, markers.map((marker) => diagnosticOf(now.state, marker))));
  }, [markers]);

  return <div ref={place} style={{ height, border: "1px solid var(--line)", borderRadius: "var(--mantine-radius-md)", overflow: "hidden" }} />;
}

function diagnosticOf(state: EditorState, { line, column, message, severity = "error" }: Marker): Diagnostic {
  const found = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  const from = Math.min(found.from + Math.max((column ?? 1) - 1, 0), found.to);
  return { from, to: found.to, message, severity };
}
