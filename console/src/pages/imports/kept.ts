import type { Column } from "@/api/imports";
import { PLAIN, type Options } from "./mapping";

export interface Choice {
  columns: Column[] | null;
  options: Options;
}

const keyOf = (job: string): string => `stepwell.import.${job}`;

/** What was chosen for an import before it starts; this tab keeps it over a reload. */
export function readChoice(job: string): Choice {
  try {
    const text = sessionStorage.getItem(keyOf(job));
    if (text !== null) return { columns: null, ...(JSON.parse(text) as Partial<Choice>), options: { ...PLAIN, ...(JSON.parse(text) as Partial<Choice>).options } };
  } catch {
    // Unreadable: begin anew.
  }
  return { columns: null, options: PLAIN };
}

export function keepChoice(job: string, choice: Choice): void {
  sessionStorage.setItem(keyOf(job), JSON.stringify(choice));
}

/** Begin with a static list that rows go to, where a page asked for one. */
export function startWith(job: string, segment: string): void {
  if (segment !== "") keepChoice(job, { columns: null, options: { ...PLAIN, segment } });
}
