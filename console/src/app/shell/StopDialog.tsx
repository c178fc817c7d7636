import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import { Confirm } from "@/kit/Confirm";

/** Asks before everything stops, and before everybody who was held goes on. */
export function StopDialog({ stopped, name, onClose }: { stopped: boolean; name: string; onClose: () => void }) {
  const { t } = useTranslation("app");
  const client = useQueryClient();
  const what = stopped ? "lift" : "stop";
  return (
    <Confirm
      opened
      danger={!stopped}
      title={t(`stopped.${what}_title`, { name })}
      action={t(`stopped.${what}`)}
      onClose={onClose}
      {...(stopped ? {} : { phrase: name })}
      onConfirm={async () => {
        await body(api.PUT("/api/v1/workspace/stop", { body: { stopped: !stopped } }));
        await client.invalidateQueries({ queryKey: keys.of("workspace") });
      }}
    >
      {t(`stopped.${what}_text`)}
    </Confirm>
  );
}
