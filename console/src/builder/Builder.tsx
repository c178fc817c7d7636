import { useCallback, useState } from "react";
import { Canvas, type CanvasHandle } from "./canvas/Canvas";
import { Problems } from "./frame/Problems";
import { SidePanel } from "./frame/Panel";
import { Library } from "./library/Library";
import type { Slots } from "./slots";
import { useBuilder } from "./store/context";

interface Props {
  readonly slots: Slots;
  readonly checking: boolean;
  readonly checkFailed: string;
  /** Whether the workflow's own settings are shown in the panel. */
  readonly workflowOpen: boolean;
  readonly onWorkflowClose: () => void;
  readonly onReady: (handle: CanvasHandle) => void;
}

/** Library, canvas, panel, problems: the Build tab. */
export function BuilderView({ slots, checking, checkFailed, workflowOpen, onWorkflowClose, onReady }: Props) {
  const [handle, setHandle] = useState<CanvasHandle | null>(null);
  const readOnly = useBuilder((state) => state.readOnly);
  const ready = useCallback(
    (made: CanvasHandle): void => {
      setHandle(made);
      onReady(made);
    },
    [onReady],
  );
  return (
    <div style={{ position: "relative", display: "flex", flex: 1, minHeight: 0 }}>
      {readOnly ? null : <Library onChoose={(type) => handle?.add(type)} />}
      <div style={{ display: "flex", flexDirection: "column", flex: 1, minWidth: 0, position: "relative" }}>
        <Canvas onReady={ready} />
        <Problems checking={checking} failed={checkFailed} />
      </div>
      <SidePanel slots={slots} workflow={workflowOpen} onWorkflowClose={onWorkflowClose} />
    </div>
  );
}
