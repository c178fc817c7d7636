import type { MessageSource, Worded } from "@/api/templates";

/** The parts of a message that can be said in another language, in the order in which they are read. */
export function partsOf(source: MessageSource): readonly Worded[] {
  if (source.channel === "sms") return ["text"];
  if (source.channel === "push") return ["subject", "text"];
  const body: Worded = source.format === "mjml" ? "mjml" : "html";
  const optional = (["preheader"] as const).filter((part) => source[part] !== "");
  return ["subject", ...optional, body, ...(source.text === "" ? [] : (["text"] as const))];
}

/** Parts that the message says and a language does not: there it stays as the message has it. */
export function lacking(source: MessageSource, language: string): Worded[] {
  const words = source.translations[language] ?? {};
  return partsOf(source).filter((part) => source[part].trim() !== "" && (words[part] ?? "").trim() === "");
}
