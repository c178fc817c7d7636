/** Graphs for tests, the bench and the workshop page: the real catalogue, made by seeds instead of by hand. */
import { fromDocument } from "../model/document";
import { outcomesOf } from "../model/outcomes";
import { catalogueOf, type Catalogue, type Graph, type GraphEdge, type GraphNode, type NodeType } from "../model/types";
import nodes from "./nodes.json";

export const TYPES = nodes as unknown as readonly NodeType[];
export const CATALOGUE: Catalogue = catalogueOf(TYPES);

/** A small, quick generator (mulberry32): the same seed gives the same graph everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STEPS = ["email_send", "delay_action", "if_condition", "data_update", "wait_until", "scoring_update", "switch_case", "random_split", "notification_send", "api_call"];

/** A journey of some length: a trigger, then steps whose ways lead on in a tree as wide as they are. */
export function journey(size: number, seed = 1, placed = true): Graph {
  const next = random(seed);
  const made: GraphNode[] = [{ id: "start", type: "event_trigger", name: "", config: CATALOGUE.get("event_trigger")?.example ?? {}, retry: null, ui: null }];
  const edges: GraphEdge[] = [];
  const open: { source: string; outcome: string }[] = [{ source: "start", outcome: "next" }];
  while (made.length < size) {
    const way = open.shift();
    if (way === undefined) break;
    const type = STEPS[Math.floor(next() * STEPS.length)] ?? "email_send";
    const node: GraphNode = { id: `step_${made.length}`, type, name: "", config: CATALOGUE.get(type)?.example ?? {}, retry: null, ui: null };
    made.push(node);
    edges.push({ ...way, target: node.id });
    const falls = new Set(CATALOGUE.get(type)?.falls_through ?? []);
    for (const outcome of outcomesOf(node, CATALOGUE)) if (!falls.has(outcome)) open.push({ source: node.id, outcome });
  }
  const columns = Math.ceil(Math.sqrt(made.length));
  const withPlaces = made.map((node, index) => ({
    ...node,
    ui: placed ? { x: (index % columns) * 304, y: Math.floor(index / columns) * 160 } : null,
  }));
  return { details: { schema_version: 1, id: "generated", name: "Generated" }, nodes: withPlaces, edges };
}

/** The welcome series of the guide, unplaced. */
export const WELCOME: Graph = fromDocument({
  schema_version: 1,
  id: "welcome",
  name: "Welcome series",
  purpose: "marketing",
  nodes: [
    { id: "signed_up", type: "event_trigger", name: "Signed up", config: { event: "customer_signup" } },
    { id: "hello", type: "email_send", name: "Say hello", config: { template_id: "welcome_email" } },
    { id: "morning", type: "delay_action", config: { duration: "2_days", until: "09:00" } },
    { id: "opened", type: "if_condition", name: "Opened it?", config: { condition: "did(email_opened, 2 days)" } },
    { id: "guide", type: "email_send", name: "Getting started", config: { template_id: "getting_started_guide" } },
    { id: "again", type: "email_send", name: "Try again", config: { template_id: "welcome_again", subject: "Did you see this?" } },
    { id: "plan", type: "switch_case", name: "Which plan?", config: { cases: [{ name: "pro", condition: 'plan = "pro"' }, { name: "trial", condition: 'plan = "trial"' }] } },
    { id: "buy", type: "wait_until", name: "Wait for an order", config: { ways: [{ event: "order_completed" }], time_limit: "7_days" } },
    { id: "score", type: "scoring_update", config: { score_increment: 10 } },
    { id: "sales", type: "notification_send", name: "Tell sales", config: { recipients: ["sales_team"] } },
    { id: "done", type: "exit", name: "Done", config: {} },
  ],
  edges: [
    { source: "signed_up", outcome: "next", target: "hello" },
    { source: "hello", outcome: "sent", target: "morning" },
    { source: "morning", outcome: "next", target: "opened" },
    { source: "opened", outcome: "true", target: "guide" },
    { source: "opened", outcome: "false", target: "again" },
    { source: "guide", outcome: "sent", target: "plan" },
    { source: "plan", outcome: "pro", target: "buy" },
    { source: "plan", outcome: "trial", target: "score" },
    { source: "buy", outcome: "matched", target: "sales" },
    { source: "buy", outcome: "timed_out", target: "done" },
    { source: "score", outcome: "next", target: "done" },
    { source: "again", outcome: "sent", target: "done" },
    { source: "again", outcome: "failed", target: "sales" },
  ],
});
