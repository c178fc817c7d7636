import type { Problem } from "@/builder/model/checks";
import { setDetails } from "@/builder/model/edits";
import { WorkflowPanel } from "@/builder/panels/WorkflowPanel";
import { useBuilder, useBuilderStore } from "@/builder/store/context";
import classes from "@/builder/panels/Panels.module.css";

const NONE: readonly Problem[] = [];

/** The tab of a workflow's own settings. */
export default function SettingsTab() {
  const store = useBuilderStore();
  const details = useBuilder((state) => state.graph.details);
  const problems = useBuilder((state) => state.problemsByNode.get("")) ?? NONE;
  const readOnly = useBuilder((state) => state.readOnly);
  const wish = useBuilder((state) => (state.wish?.node === "" ? state.wish : null));
  return (
    <div className={classes["page"]}>
      <WorkflowPanel details={details} problems={problems} readOnly={readOnly} wish={wish} onChange={(next, field) => store.getState().do.run(setDetails(next), { label: "details", merge: `details ${field}` })} />
    </div>
  );
}
