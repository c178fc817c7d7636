/** Completion in the text of a condition: fields, events, functions, segments, operators, each where it can stand. */
import type { CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import type { ConditionContext, Knowledge } from "./knowledge";

const BARE = /^[A-Za-z_$][\w$-]*$/;
const WORDS = ["and", "or", "not", "in", "contains", "starts with", "ends with", "matches", "between", "exists", "is missing", "is true", "is false", "within last", "within next", "before", "after", "on", "is today", "now", "today", "yesterday", "tomorrow"];
const FUNCTIONS = [
  { label: "did", apply: "did(", detail: "(event, 30 days)" },
  { label: "count", apply: "count(", detail: "(event, 30 days)" },
  { label: "last", apply: "last(", detail: "(event)" },
  { label: "in segment", apply: 'in segment "', detail: "" },
];

export function completionsOf({ fields, events, segments }: Knowledge, { about }: ConditionContext): CompletionSource {
  return (at: CompletionContext): CompletionResult | null => {
    const before = at.state.doc.sliceString(Math.max(0, at.pos - 400), at.pos);
    const segment = /in\s+segment\s+"([^"]*)$/i.exec(before);
    if (segment !== null) {
      return { from: at.pos - (segment[1] ?? "").length, options: segments.map(({ id, name }) => ({ label: id, detail: name === id ? "" : name, type: "constant" })) };
    }
    const word = at.matchBefore(/[\w$.]*/);
    if (word === null || (word.from === word.to && !at.explicit)) return null;
    if (/\b(did|count|last)\(\s*[\w$]*$/.test(before)) {
      return { from: word.from, options: events.map(({ name, when }) => ({ label: name, apply: BARE.test(name) ? name : `"${name}"`, info: when, type: "function" })) };
    }
    const where = /\b(?:did|count)\(\s*"?([\w$ ]+?)"?\s+where\b[^()]*$/.exec(before);
    if (where !== null) {
      const properties = Object.entries(events.find((one) => one.name === where[1])?.properties ?? {});
      return { from: word.from, options: [...properties.map(([label, detail]) => ({ label, detail, type: "property" })), ...WORDS.map((label) => ({ label, type: "keyword" }))] };
    }
    const options = fields.map(({ scope, path, type }) => {
      const bare = scope === "profile" && BARE.test(path[0] ?? "");
      const short = path.filter((part, index) => part !== "properties" || index === path.length - 1);
      return { label: bare ? path.join(".") : scope === "engagement" && path[0] === "score" ? "engagement_score" : `${scope}.${short.join(".")}`, detail: type, type: "variable" };
    });
    const functions = FUNCTIONS.map((one) => ({ ...one, type: "function" }));
    const scopes = about === "contact" ? [] : [{ label: about === "event" ? "event." : "enrollment.event.", type: "namespace" }];
    return { from: word.from, options: [...functions, ...options, ...scopes, ...WORDS.map((label) => ({ label, type: "keyword" }))], validFor: /^[\w$.]*$/ };
  };
}

/** Line and column, both from 1, of an offset. */
export function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
