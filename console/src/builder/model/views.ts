/** What the canvas shows of a node, made once a node and language: nodes are immutable, so the node itself is the key. */
import { isPlain } from "./document";
import { type Direction, type Port, portsOf, type Size, sizeOf } from "./geometry";
import { type Group, groupOf } from "./groups";
import { type Need, needOf } from "./outcomes";
import { missingFields, summaryOf } from "./summary";
import type { Catalogue, GraphNode, NodeType } from "./types";
import { conditionWords, nameWords, type Say, type Tongue } from "./words";

export interface WayView extends Port {
  readonly label: string;
  /** When a contact leaves here, and what happens if nothing is connected. */
  readonly tip: string;
  readonly need: Need;
}

export interface NodeView {
  readonly title: string;
  readonly typeLabel: string;
  readonly summary: string;
  /** The summary, or what is to be done first. */
  readonly line: string;
  readonly unfinished: boolean;
  readonly group: Group;
  readonly icon: string;
  readonly composite: boolean;
  readonly available: boolean;
  readonly size: Size;
  readonly ways: readonly WayView[];
}

/** Speaks of nodes: texts of the area `nodes` besides those of the builder. */
export interface NodeTongue extends Tongue {
  readonly sayNode: Say;
  readonly knows: (key: string) => boolean;
}

export interface Views {
  readonly of: (node: GraphNode) => NodeView;
  readonly typeLabel: (type: NodeType) => string;
  readonly typeDescription: (type: NodeType) => string;
  readonly wayLabel: (outcome: string) => string;
}

export function viewsOf(catalogue: Catalogue, direction: Direction, tongue: NodeTongue): Views {
  const kept = new WeakMap<GraphNode, NodeView>();
  const { say, sayNode, knows } = tongue;
  const typeLabel = (type: NodeType): string => (knows(`type.${type.type}.label`) ? sayNode(`type.${type.type}.label`) : type.label);
  const typeDescription = (type: NodeType): string => (knows(`type.${type.type}.description`) ? sayNode(`type.${type.type}.description`) : type.description);

  const wayLabel = (outcome: string): string => {
    if (knows(`outcome.${outcome}`)) return sayNode(`outcome.${outcome}`);
    const numbered = /^(matched|branch)_(\d+)$/.exec(outcome);
    if (numbered !== null) return sayNode(`outcome.${numbered[1] ?? ""}_n`, { number: Number(numbered[2]) });
    return nameWords(outcome);
  };

  const when = (node: GraphNode, outcome: string): string => {
    if (node.type === "switch_case" && outcome !== "default") {
      const cases = node.config["cases"];
      const found: unknown = Array.isArray(cases) ? cases.find((item: unknown) => isPlain(item) && item["name"] === outcome) : undefined;
      const condition = isPlain(found) ? conditionWords(found["condition"], tongue) : "";
      return condition === "" ? sayNode("when.other") : sayNode("when.case", { condition });
    }
    if (node.type === "random_split" && isPlain(node.config["weights"])) {
      const weights = node.config["weights"];
      const total = Object.values(weights).reduce<number>((sum, weight) => sum + Number(weight), 0);
      const share = new Intl.NumberFormat(tongue.locale, { style: "percent", maximumFractionDigits: 1 }).format(total > 0 ? Number(weights[outcome]) / total : 0);
      return sayNode("when.share", { share });
    }
    if (node.type === "parallel_execution") return sayNode("when.branch");
    if (node.type === "wait_until" && outcome !== "timed_out") return sayNode("when.matched");
    return knows(`when.${outcome}`) ? sayNode(`when.${outcome}`) : sayNode("when.other");
  };

  const make = (node: GraphNode): NodeView => {
    const type = catalogue.get(node.type);
    const label = type === undefined ? say("node.unknown") : typeLabel(type);
    const summary = summaryOf(node, tongue);
    const missing = missingFields(node, catalogue);
    const ports = portsOf(node, catalogue, direction);
    const primary = ports[0]?.outcome ?? "";
    const available = type?.available ?? false;
    return {
      title: node.name || label,
      typeLabel: label,
      summary,
      line: type === undefined ? node.type : missing.length > 0 ? say("node.set_up") : summary || (node.name === "" ? "" : label),
      unfinished: missing.length > 0,
      group: groupOf(type),
      icon: type?.icon ?? "",
      composite: type?.kind === "composite",
      available,
      size: sizeOf(node, catalogue, direction),
      ways: ports.map((port) => {
        const need = needOf(node, port.outcome, catalogue);
        const rest = need === "follows" ? say("way.follows", { way: wayLabel(primary) }) : say(`way.${need}`);
        return { ...port, need, label: wayLabel(port.outcome), tip: `${when(node, port.outcome)} ${rest}` };
      }),
    };
  };

  return {
    typeLabel,
    typeDescription,
    wayLabel,
    of: (node) => {
      const known = kept.get(node);
      if (known !== undefined) return known;
      const made = make(node);
      kept.set(node, made);
      return made;
    },
  };
}
