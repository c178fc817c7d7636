import type { Json } from "@/api/content";

export interface PieceFormProps {
  value: Json;
  onChange: (changes: Json) => void;
  readOnly: boolean;
  /** What the server says is wrong, by place. */
  problems: ReadonlyMap<string, string>;
  onSave: () => void;
}

export function text(value: Json, name: string): string {
  const found = value[name];
  return typeof found === "string" ? found : "";
}

export function number(value: Json, name: string, none: number): number {
  const found = value[name];
  return typeof found === "number" ? found : none;
}
