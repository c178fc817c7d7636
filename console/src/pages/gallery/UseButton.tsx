import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/queries";
import { startFromLibrary, type LibraryCard } from "@/api/templates";
import { MayButton } from "@/kit/MayButton";
import { toast } from "@/kit/toast";

/** One click: the workflow and its messages are made, and the canvas opens. */
export function UseButton({ card, fullWidth = false }: { card: LibraryCard; fullWidth?: boolean }) {
  const { t } = useTranslation("gallery");
  const navigate = useNavigate();
  const client = useQueryClient();
  const [running, setRunning] = useState(false);
  async function use(): Promise<void> {
    setRunning(true);
    try {
      const made = await startFromLibrary(card.id);
      for (const topic of ["workflows", "templates", "library"]) void client.invalidateQueries({ queryKey: keys.of(topic) });
      await navigate({ to: "/workflows/$workflow", params: { workflow: made } });
    } catch (error) {
      toast.failed(error);
      setRunning(false);
    }
  }
  return (
    <MayButton right="edit" size={fullWidth ? "sm" : "xs"} variant={fullWidth ? "filled" : "light"} fullWidth={fullWidth} loading={running} aria-label={t("use_named", { use: t("use"), name: card.name })} onClick={() => void use()}>
      {t("use")}
    </MayButton>
  );
}
