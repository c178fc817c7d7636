import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { asApiError } from "@/api/error";

/** Short news in the corner: for what worked and cannot be seen, and for failures that belong to no field. */
export const toast = {
  done: (message: string): void => {
    notifications.show({ message, color: "teal", autoClose: 4000 });
  },
  failed: (error: unknown): void => {
    const known = asApiError(error);
    notifications.show({
      message: known.message || i18next.t(known.code === "no_connection" ? "kit:error.offline.text" : "kit:error.failed.text"),
      color: "red",
      autoClose: 8000,
      role: "alert",
    });
  },
};
