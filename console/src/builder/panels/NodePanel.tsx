import { lazy, Suspense, useMemo } from "react";
import { useProblemText } from "../frame/useProblemText";
import type { Graph, GraphNode } from "../model/types";
import type { NodePanelProps } from "../slots";
import { useBuilder, useBuilderStore, useViews } from "../store/context";
import { NodeForm } from "./NodeForm";
import type { PanelParts } from "./panel";
import { eventsOf } from "./triggers";

const MessageLook = lazy(() => import("./MessageLook").then((m) => ({ default: m.MessageLook })));
const BestTimeNote = lazy(() => import("./BestTimeNote").then((m) => ({ default: m.BestTimeNote })));

/** The config panel of a step, in the builder's side panel. */
export function NodePanel({ node, type, problems, readOnly, wish, onChange, onRetry }: NodePanelProps) {
  const { text } = useProblemText();
  const store = useBuilderStore();
  const views = useViews();
  const triggers = useBuilder((state) => eventsOf(state.graph).join("\n"));
  const sending = useBuilder((state) => sendingOf(state.graph, (type_) => state.catalogue.get(type_)?.sends ?? ""));
  const own = node.type === "event_trigger" || node.type === "behavioral_trigger" || node.type === "webhook_trigger" ? eventsOf({ nodes: [node] }).join("\n") : null;
  const parts = useMemo((): PanelParts => {
    const { nodes } = store.getState().graph;
    const messages = sending.split("\n").flatMap((id) => {
      const found = nodes.find((one) => one.id === id);
      return found === undefined ? [] : [{ id, name: views.of(found).title }];
    });
    const names = (own ?? triggers).split("\n").filter((name) => name !== "");
    const about = own !== null ? "event" : type.category === "trigger" ? "contact" : "workflow";
    return { type: node.type, readOnly, problems, problemText: text, context: { about, events: names, messages }, triggers: triggers.split("\n"), messages };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `text` is made anew at each render and says the same
  }, [node.type, type, readOnly, problems, triggers, sending, own, store, views]);
  const workflow = useBuilder((state) => (typeof state.graph.details["id"] === "string" ? state.graph.details["id"] : ""));
  const purpose = useBuilder((state) => (state.graph.details["purpose"] === "transactional" ? "transactional" : "marketing"));
  return (
    <>
      <NodeForm key={node.id} node={node} type={type} parts={parts} wish={wish} onChange={onChange} onRetry={onRetry} />
      {node.type === "sms_send" || node.type === "web_push" ? (
        <Suspense fallback={null}>
          <MessageLook node={node} purpose={purpose} />
        </Suspense>
      ) : null}
      {waitsForBestTime(node) ? (
        <Suspense fallback={null}>
          <BestTimeNote workflow={workflow} node={node} />
        </Suspense>
      ) : null}
    </>
  );
}

/** A wait for the best time, or a message that has one before it. */
function waitsForBestTime({ type, config }: GraphNode): boolean {
  return type === "send_time_optimization" || config["send_time_optimization"] === "ai_powered";
}

function sendingOf({ nodes }: Graph, sends: (type: string) => string): string {
  return nodes.filter((node) => sends(node.type) !== "").map((node) => node.id).join("\n");
}
