import type { FileFormat } from "@/api/imports";

export const MOST_BYTES: Record<FileFormat, number> = { csv: 4 * 1024 ** 3, ndjson: 4 * 1024 ** 3, parquet: 512 * 1024 ** 2 };

/** What a file is, by its name; as the server has it. */
export function formatOf(name: string): FileFormat {
  if (/\.parquet$/i.test(name)) return "parquet";
  return /\.(ndjson|jsonl|json)$/i.test(name) ? "ndjson" : "csv";
}

/** `12.3 MB`, in the reader's language. */
export function sizeText(bytes: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return new Intl.NumberFormat(language, { style: "unit", unit: units[step] ?? "byte", unitDisplay: "short", maximumFractionDigits: step === 0 ? 0 : 1 }).format(bytes / 1024 ** step);
}
