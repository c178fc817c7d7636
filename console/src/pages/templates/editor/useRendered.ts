import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ApiError, isRecord } from "@/api/error";
import { keys } from "@/api/queries";
import { messages, type MessageSource, type MessageViolation, type Recipient, type RenderedMessage } from "@/api/templates";

const PAUSE_MS = 350;

export interface Looked {
  rendered: RenderedMessage | undefined;
  /** Why it cannot be rendered for this contact; null: it can. */
  fault: ApiError | null;
  violations: readonly MessageViolation[];
  working: boolean;
}

/** What the server makes of a message as it is written, and what it says is wrong; asked a moment after the last key. */
export function useRendered(source: MessageSource, recipient: Recipient): Looked {
  const [settled] = useDebouncedValue(source, PAUSE_MS);
  const preview = useQuery({
    queryKey: keys.of("templates", "preview", settled, recipient),
    queryFn: ({ signal }) => messages.preview(settled, recipient, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
  });
  const check = useQuery({
    queryKey: keys.of("templates", "check", settled),
    queryFn: ({ signal }) => messages.check(settled, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
  });
  const fault = preview.error instanceof ApiError ? preview.error : null;
  return { rendered: preview.data, fault, violations: check.data?.violations ?? placed(check.error), working: preview.isFetching || settled !== source };
}

/** A document that is no template at all is refused, and the refusal says where. */
function placed(error: Error | null): MessageViolation[] {
  if (!(error instanceof ApiError)) return [];
  const details = isRecord(error.details) ? error.details["violations"] : null;
  if (!Array.isArray(details)) return [{ code: error.code, message: error.message, part: "", line: 0, severity: "error" }];
  return details.filter(isRecord).map((one) => ({ code: String(one["code"]), message: String(one["message"]), part: textOf(one["place"]) || textOf(one["part"]), line: Number(one["line"] ?? 0), severity: "error" }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
