import type { Json } from "@/api/content";
import { DIALECTS, type MessageDialect } from "@/api/templates";

export function dialectOf(value: Json): MessageDialect {
  return DIALECTS.find((one) => one === value["dialect"]) ?? "jinja2";
}
