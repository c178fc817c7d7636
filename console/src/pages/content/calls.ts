import type { Shelf } from "@/api/content";

/** How a message puts a piece in, in the language of its tags. */
export function callOf(shelf: Shelf, id: string, dialect: string): string {
  if (shelf === "snippets") return dialect === "handlebars" ? `{{> ${id}}}` : dialect === "liquid" ? `{% render "${id}" %}` : `{% include "${id}" %}`;
  const name = shelf === "blocks" ? "block" : "connected";
  if (dialect === "liquid") return `{{ "${id}" | ${name} }}`;
  return dialect === "handlebars" ? `{{${name} "${id}"}}` : `{{ ${name}("${id}") }}`;
}

/** What a new piece begins with: something that can be saved, and shows what it is about. */
export function blankPiece(shelf: Shelf, words: { heading: string; text: string; friend: string }): Record<string, unknown> {
  const greeting = `<p>${words.text} {{ first_name | default("${words.friend}") }}</p>`;
  if (shelf === "snippets") return { dialect: "jinja2", source: `<h2>${words.heading}</h2>\n${greeting}\n` };
  if (shelf === "blocks") return { kind: "content", dialect: "jinja2", choices: [], default: { id: "all", html: greeting } };
  return { url: "https://api.example.com/", params: [], headers: {}, cache_seconds: 300, on_fault: "skip", sample: { title: words.heading } };
}

/** The values that an address asks for, in their order, each once. */
export function paramsOf(url: string): string[] {
  return [...new Set([...url.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map((found) => found[1] ?? ""))];
}

/** A name that no choice has yet. */
export function freeId(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const id = `choice_${number}`;
    if (!taken.includes(id)) return id;
  }
}
