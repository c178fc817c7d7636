import type { NotificationData } from "@mantine/notifications";
import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { asApiError } from "@/api/error";

let asked = false;
const listeners = new Set<() => void>();

/** Whether there was ever something to tell. */
export function useToastsAsked(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}

async function tell(news: NotificationData): Promise<void> {
  asked = true;
  for (const listener of listeners) listener();
  const { notifications } = await import("@mantine/notifications");
  notifications.show(news);
}

/** Short news in the corner: for what worked and cannot be seen, and for failures that belong to no field. */
export const toast = {
  done: (message: string): void => {
    void tell({ message, color: "teal", autoClose: 4000 });
  },
  failed: (error: unknown): void => {
    const known = asApiError(error);
    const fallback = i18next.t(known.code === "no_connection" ? "kit:error.offline.text" : "kit:error.failed.text");
    void tell({ message: known.message || fallback, color: "red", autoClose: 8000, role: "alert" });
  },
};
