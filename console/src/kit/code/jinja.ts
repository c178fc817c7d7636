import { Decoration, MatchDecorator, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";

const marks = new MatchDecorator({
  regexp: /\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/g,
  decoration: ([piece]) => Decoration.mark({ class: piece.startsWith("{#") ? "cm-jinja-note" : piece.startsWith("{%") ? "cm-jinja-block" : "cm-jinja" }),
});

/** Sets expressions, statements and comments of Jinja2 apart from the markup around them. */
export const jinja = ViewPlugin.fromClass(
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
