import { Decoration, MatchDecorator, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";

type Kind = "cm-jinja" | "cm-jinja-block" | "cm-jinja-note";

/** Sets the tags of a template language apart from the markup around them. */
function tagsOf(regexp: RegExp, kindOf: (piece: string) => Kind) {
  const marks = new MatchDecorator({ regexp, decoration: ([piece]) => Decoration.mark({ class: kindOf(piece) }) });
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = marks.createDeco(view);
      }
      update(update: ViewUpdate): void {
        this.decorations = marks.updateDeco(update, this.decorations);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

/** Jinja2 and Liquid: `{{ value }}`, `{% statement %}`, `{# note #}`. */
export const jinja = tagsOf(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/g, (piece) => (piece.startsWith("{#") || /^\{%-?\s*#/.test(piece) ? "cm-jinja-note" : piece.startsWith("{%") ? "cm-jinja-block" : "cm-jinja"));

/** Handlebars: `{{value}}`, `{{#block}}…{{else}}…{{/block}}`, `{{> partial}}`, `{{! note }}`. */
export const handlebars = tagsOf(/\{\{!--.*?--\}\}|\{\{\{.*?\}\}\}|\{\{.*?\}\}/g, (piece) => (/^\{\{~?!/.test(piece) ? "cm-jinja-note" : /^\{\{~?\s*(?:[#/^>]|else\b)/.test(piece) ? "cm-jinja-block" : "cm-jinja"));
