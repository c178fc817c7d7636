import { useMemo } from "react";
import { useProblemText } from "../frame/useProblemText";
import type { WorkflowPanelProps } from "../slots";
import { useBuilder } from "../store/context";
import type { PanelParts } from "./panel";
import { SettingsForm } from "./settings/SettingsForm";
import { eventsOf } from "./triggers";

/** The workflow's own settings, in the builder's side panel and on the settings tab. */
export function WorkflowPanel({ details, problems, readOnly, wish, onChange }: WorkflowPanelProps) {
  const { text } = useProblemText();
  const triggers = useBuilder((state) => eventsOf(state.graph).join("\n"));
  const parts = useMemo((): PanelParts => {
    const events = triggers.split("\n").filter((name) => name !== "");
    return { type: "workflow", readOnly, problems, problemText: text, context: { about: "event", events }, triggers: events, messages: [] };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `text` is made anew at each render and says the same
  }, [readOnly, problems, triggers]);
  return <SettingsForm details={details} parts={parts} wish={wish} onChange={onChange} />;
}
