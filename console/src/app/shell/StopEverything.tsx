import { ActionIcon, Tooltip } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/api/workspace";
import { useMay } from "@/session/me";

const StopDialog = lazy(() => import("./StopDialog").then((m) => ({ default: m.StopDialog })));

/** The switch that stops all sending of the workspace within a second: for administrators; others see it, and why they may not. */
export function StopEverything() {
  const { t } = useTranslation(["app", "kit"]);
  const may = useMay("administer");
  const { data } = useWorkspace();
  const [asked, setAsked] = useState(false);
  if (data === undefined) return null;
  const label = t(data.stopped ? "stopped.lift" : "stopped.stop");
  return (
    <>
      <Tooltip label={may ? label : `${label}: ${t("kit:may.administer")}`}>
        <ActionIcon
          size="lg"
          aria-label={label}
          color="red"
          variant={data.stopped ? "filled" : "subtle"}
          // Not `disabled`: the reason must be readable by keyboard.
          {...(may ? {} : { "data-disabled": true, "aria-disabled": true })}
          onClick={() => may && setAsked(true)}
        >
          <IconHandStop size={19} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      {asked ? (
        <Suspense>
          <StopDialog stopped={data.stopped} name={data.name} onClose={() => setAsked(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
