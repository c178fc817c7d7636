import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/error";

/** An error in words: what happened and what to do. The server's own message, where it has one, is the text. */
export function useErrorText(error: ApiError): { title: string; text: string } {
  const { t } = useTranslation("kit");
  const kind = kindOf(error);
  return { title: t(`error.${kind}.title`), text: error.message || t(`error.${kind}.text`) };
}

type Kind = "offline" | "forbidden" | "missing" | "conflict" | "refused" | "busy" | "failed";

function kindOf({ status, code }: ApiError): Kind {
  if (code === "no_connection") return "offline";
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "missing";
  if (status === 409) return "conflict";
  if (status === 429 || status === 503) return "busy";
  return status >= 400 && status < 500 ? "refused" : "failed";
}
