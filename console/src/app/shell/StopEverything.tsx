import { ActionIcon, Tooltip } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/api/workspace";
import { useMay } from "@/session/me";

const StopDialog = lazy(() => import("./StopDialog").then((m) => ({ default: m.StopDialog })));

/** The switch that stops all sending of the workspace within a second: for administrators, in reach on every page. */
export function StopEverything() {
  const { t } = useTranslation("app");
  const may = useMay("administer");
  const { data } = useWorkspace();
  const [asked, setAsked] = useState(false);
  if (!may || data === undefined) return null;
  const label = t(data.stopped ? "stopped.lift" : "stopped.stop");
  return (
    <>
      <Tooltip label={label}>
        <ActionIcon size="lg" aria-label={label} color="red" variant={data.stopped ? "filled" : "subtle"} onClick={() => setAsked(true)}>
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
