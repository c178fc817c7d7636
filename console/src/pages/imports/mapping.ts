import type { Column, ImportKind, ImportPreview, ImportSpec } from "@/api/imports";

/** How rows are taken in, as the form has it. */
export interface Options {
  identify_by: "" | "email" | "user_id" | "phone";
  update: "overwrite" | "fill_gaps";
  segment: string;
  trigger: boolean;
  force_consent: boolean;
  reason: string;
  event: string;
}

export const PLAIN: Options = { identify_by: "", update: "overwrite", segment: "", trigger: false, force_consent: false, reason: "", event: "" };

const WHO = ["email", "user_id", "anonymous_id"];
const CONSENTS = ["consent.email", "consent.sms", "consent.push", "consent.email.transactional"];

export interface Targets {
  who: string[];
  fields: string[];
  more: string[];
}

/** Where columns can go; a name of one's own is a new field. */
export function targetsOf(kind: ImportKind, attributes: readonly string[]): Targets {
  return {
    who: WHO,
    fields: attributes.filter((one) => !WHO.includes(one)),
    more: kind === "events" ? ["event", "timestamp", "message_id"] : ["timestamp", ...CONSENTS],
  };
}

export function specOf(columns: readonly Column[], options: Options): ImportSpec {
  const { identify_by, segment, reason, event, ...rest } = options;
  return {
    columns: columns.map(({ source, to }) => ({ source, to: to.trim() })),
    options: {
      ...rest,
      ...(identify_by ? { identify_by } : {}),
      ...(segment ? { segment } : {}),
      ...(options.force_consent ? { reason } : {}),
      ...(event.trim() ? { event: event.trim() } : {}),
    },
  };
}

export type Problem = "nobody" | "twice" | "event" | "time" | "reason";

/** What keeps a mapping from being started. */
export function problemsOf(kind: ImportKind, columns: readonly Column[], options: Options): Problem[] {
  if (kind === "pinpoint") return [];
  const targets = columns.map((one) => one.to.trim()).filter(Boolean);
  return [
    ...(targets.some((one) => WHO.includes(one) || one === "phone") ? [] : ["nobody" as const]),
    ...(new Set(targets).size === targets.length ? [] : ["twice" as const]),
    ...(kind === "events" && !targets.includes("event") && !options.event.trim() ? ["event" as const] : []),
    ...(kind === "events" && !targets.includes("timestamp") ? ["time" as const] : []),
    ...(options.force_consent && options.reason.trim().length < 10 ? ["reason" as const] : []),
  ];
}

/** Columns of the file with what is chosen for them, else what is suggested. */
export function columnsOf(preview: ImportPreview, chosen: readonly Column[] | null): Column[] {
  const to = new Map((chosen ?? preview.columns).map((one) => [one.source, one.to ?? ""]));
  const names = preview.header.length > 0 ? preview.header : preview.columns.map((one) => one.source);
  return names.map((source) => ({ source, to: to.get(source) ?? "" }));
}

/** A value of the preview as a text. */
export function cellText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** How much of a job is done; null: not known yet. */
export function shareOf({ rows, total, state }: { rows: number; total: number | null; state: string }): number | null {
  if (state === "done") return 1;
  return total && total > 0 ? Math.min(rows / total, 1) : null;
}
