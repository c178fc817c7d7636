/** A tried journey as the canvas and the player show it. Pure. */
import type { components } from "@/api/openapi";
import { edgeKey } from "../model/lookup";
import type { Graph } from "../model/types";
import type { Mark } from "../store/store";

export type Tried = components["schemas"]["Tried"];
export type TryStep = components["schemas"]["TryStep"];
export type TryMessage = components["schemas"]["TryMessage"];
export type Found = TryStep["conditions"][number];

const at = (text: string): number => Date.parse(text);

/** Every moment at which something happens, oldest first; seconds after the start. */
export function stopsOf(tried: Tried): readonly number[] {
  const start = at(tried.started_at);
  const times = [0, ...tried.steps.flatMap((step) => [at(step.arrived_at) - start, at(step.at) - start]), ...tried.standing.map((one) => at(one.since) - start)];
  return [...new Set(times.map((time) => Math.max(0, Math.round(time / 1000))))].sort((one, other) => one - other);
}

export function momentOf(tried: Tried, seconds: number): Date {
  return new Date(at(tried.started_at) + seconds * 1000);
}

/** Steps that were left by then, oldest first. */
export function doneBy(tried: Tried, moment: Date): readonly TryStep[] {
  return tried.steps.filter((step) => at(step.at) <= moment.getTime() + 999);
}

export interface Light {
  readonly marks: ReadonlyMap<string, Mark>;
  readonly wayMarks: ReadonlyMap<string, Mark>;
}

/** What lights up: where the contact was, where it stands, and the ways between; all else steps back. */
export function lightOf(graph: Graph, tried: Tried, moment: Date): Light {
  const now = moment.getTime() + 999;
  const done = doneBy(tried, moment);
  const marks = new Map<string, Mark>(graph.nodes.map((node) => [node.id, "beside"]));
  if (tried.trigger !== "") marks.set(tried.trigger, "went");
  for (const step of done) marks.set(step.drawn_node, "went");
  for (const step of tried.steps) if (at(step.arrived_at) <= now && at(step.at) > now) marks.set(step.drawn_node, "stands");
  for (const one of tried.standing) if (at(one.since) <= now) marks.set(one.drawn_node, "stands");
  const wayMarks = new Map<string, Mark>(graph.edges.map((edge) => [edgeKey(edge), "beside"]));
  const arrivals = [...tried.steps.map((step) => ({ node: step.drawn_node, time: at(step.arrived_at) })), ...tried.standing.map((one) => ({ node: one.drawn_node, time: at(one.since) }))];
  const left = [{ node: tried.trigger, outcome: "next", time: at(tried.started_at) }, ...done.map((step) => ({ node: step.drawn_node, outcome: step.outcome, time: at(step.at) }))];
  for (const { node, outcome, time } of left) {
    const next = new Set(arrivals.filter((one) => Math.abs(one.time - time) < 1000).map((one) => one.node));
    const ways = graph.edges.filter((edge) => edge.source === node);
    const own = ways.find((edge) => edge.outcome === outcome);
    // Without a way of its own an outcome follows the primary one; the parts of a composite have outcomes of their own.
    const way = own ?? ways.find((edge) => next.has(edge.target));
    if (way !== undefined && next.has(way.target)) wayMarks.set(edgeKey(way), "went");
    if (outcome === "branches") for (const branch of ways) wayMarks.set(edgeKey(branch), "went");
  }
  return { marks, wayMarks };
}

/** The conditions that were compared, without the words that join them. */
export function leaves(found: readonly Found[]): readonly Found[] {
  return found.flatMap((one) => (one.children.length === 0 ? [one] : leaves(one.children)));
}

/** A sentence of the server's: its marks for names become quotes, its times those of the contact. */
export function inWords(sentence: string, time: (moment: Date) => string): string {
  const text = sentence.replace(/`([^`]*)`/g, "“$1”").replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, (found) => time(new Date(found)));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How far into the journey: days, hours, minutes, the two greatest. */
export function lengthOf(seconds: number, language: string): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "day"],
    [Math.floor((seconds % 86_400) / 3_600), "hour"],
    [Math.floor((seconds % 3_600) / 60), "minute"],
  ];
  const told = parts.filter(([number]) => number > 0).slice(0, 2);
  return (told.length > 0 ? told : [[0, "minute"] as [number, string]]).map(([number, unit]) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(number)).join(" ");
}
