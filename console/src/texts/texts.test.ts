import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AREAS } from "./areas";

const SRC = join(import.meta.dirname, "..");

function flat(texts: Record<string, unknown>, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") found.set(prefix + key, value);
    else for (const [inner, text] of flat(value as Record<string, unknown>, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}

function texts(language: string, area: string): Map<string, string> {
  return flat(JSON.parse(readFileSync(join(import.meta.dirname, language, `${area}.json`), "utf8")) as Record<string, unknown>);
}

function sources(folder = SRC): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name) ? [path] : [];
  });
}

const code = sources().map((path) => readFileSync(path, "utf8")).join("\n");
const placeholders = (text: string): string[] => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1] ?? "").sort();

/** Whether some source names the key: whole, as `area:key`, or by a template whose fixed parts fit. */
const patterns = [...code.matchAll(/`([a-z_]+:)?([\w.]*\$\{[^`]*)`/g)].map(
  (match) =>
    new RegExp(
      `^${(match[2] ?? "")
        .split(/\$\{[^}]*\}/)
        .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"))
        .join(".+")}$`,
    ),
);
function used(key: string): boolean {
  const plain = key.replace(/_(zero|one|two|few|many|other)$/, "");
  return [`"${plain}"`, `:${plain}"`, `\`${plain}\``].some((form) => code.includes(form)) || patterns.some((one) => one.test(plain));
}

describe.each(AREAS)("texts of %s", (area) => {
  const english = texts("en", area);
  const german = texts("de", area);

  it("are the same in all languages", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("say something, and keep their placeholders", () => {
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe("");
      expect(placeholders(german.get(key) ?? ""), key).toEqual(placeholders(text));
    }
  });

  it("are all used", () => {
    expect([...english.keys()].filter((key) => !used(key))).toEqual([]);
  });
});
