import { useTranslation } from "react-i18next";

/** Codes for which there is something to say besides the server's own message. */
const KNOWN = [
  "no_identity",
  "missing_field",
  "invalid_field",
  "invalid_value",
  "unknown_type",
  "not_an_object",
  "too_deep",
  "too_long",
  "event_too_large",
  "impossible_time",
  "reserved_event",
  "reserved_field",
  "no_consent",
  "invalid_fields",
] as const;

/** What to do about an event that was refused or is not quite right; empty where its message says all. */
export function useAdvice(code: string): string {
  const { t } = useTranslation("events");
  const known = KNOWN.find((one) => one === code);
  return known ? t(`advice.${known}`) : "";
}
