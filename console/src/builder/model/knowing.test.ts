import { describe, expect, it } from "vitest";
import texts from "@/texts/en/builder.json";
import { CATALOGUE, journey, random, TYPES, WELCOME } from "../testing/graphs";
import { align, distribute } from "./arrange";
import { joined, quickChecks, readProblem } from "./checks";
import { isPlain, sameGraph } from "./document";
import { change, configure, connect, disconnect, moveNodes, removeNodes, renameNode } from "./edits";
import { portsOf, sizeOf } from "./geometry";
import { threeWay } from "./merging";
import { needOf, outcomesOf } from "./outcomes";
import { findNodes } from "./search";
import { missingFields, summaryOf } from "./summary";
import type { Tongue } from "./words";
import { walk } from "./walking";

const TONGUE: Tongue = {
  locale: "en-GB",
  say: (key, values = {}) => {
    let at: unknown = texts;
    for (const part of key.split(".")) at = isPlain(at) ? at[part] : undefined;
    if (typeof at !== "string") throw new Error(`no text ${key}`);
    return at.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => String(values[name]));
  },
};

describe("outcomes", () => {
  it.each(TYPES.map((type) => [type.type, type] as const))("of %s are those that the server tells for its example", (_name, type) => {
    expect(outcomesOf({ type: type.type, config: type.example }, CATALOGUE)).toEqual(type.outcomes);
  });

  it("of half-written configs can be read", () => {
    expect(outcomesOf({ type: "switch_case", config: {} }, CATALOGUE)).toEqual(["default"]);
    expect(outcomesOf({ type: "switch_case", config: { cases: [{ name: "" }, 3, { name: "a" }] } }, CATALOGUE)).toEqual(["a", "default"]);
    expect(outcomesOf({ type: "wait_until", config: { ways: [{}, {}, { name: "x" }] } }, CATALOGUE)).toEqual(["matched", "matched_2", "x", "timed_out"]);
    expect(outcomesOf({ type: "parallel_execution", config: { branches: 99 } }, CATALOGUE)).toHaveLength(10);
    expect(outcomesOf({ type: "nonsense", config: {} }, CATALOGUE)).toEqual(["next"]);
  });

  it("tell which must be connected", () => {
    expect(needOf({ type: "email_send", config: {} }, "failed", CATALOGUE)).toBe("follows");
    expect(needOf({ type: "email_send", config: {} }, "sent", CATALOGUE)).toBe("may_end");
    expect(needOf({ type: "if_condition", config: {} }, "true", CATALOGUE)).toBe("must");
    expect(needOf({ type: "wait_until", config: { ways: [{ event: "x" }] } }, "timed_out", CATALOGUE)).toBe("must");
    expect(needOf({ type: "wait_until", config: { ways: [{ time_of_day: "09:00" }] } }, "timed_out", CATALOGUE)).toBe("follows");
  });
});

describe("handles", () => {
  it.each(TYPES.map((type) => [type.type, type] as const))("of %s lie on the node's side, apart from each other", (_name, type) => {
    for (const direction of ["down", "right"] as const) {
      const node = { type: type.type, config: type.example };
      const size = sizeOf(node, CATALOGUE, direction);
      const places = portsOf(node, CATALOGUE, direction).map(({ at }) => (direction === "down" ? at.x : at.y));
      expect(new Set(places).size).toBe(places.length);
      for (const place of places) {
        expect(place).toBeGreaterThan(0);
        expect(place).toBeLessThan(direction === "down" ? size.width : size.height);
      }
    }
  });
});

describe("summaries", () => {
  it.each([
    ["delay_action", { until: "09:00" }, "Wait until 9:00 their time"],
    ["delay_action", { duration: "2_days" }, "Wait 2 days"],
    ["delay_action", { duration: "2_days", until: "09:00" }, "Wait 2 days, then until 9:00 their time"],
    ["if_condition", { condition: 'plan = "pro"' }, "If plan is “pro”"],
    ["if_condition", { condition: "score >= 50 and not did(purchase, 7 days)" }, "If score is at least 50 and “purchase” did not happen within 7 days"],
    ["if_condition", { condition: "a + b > lower(c)" }, "If a + b > lower(c)"],
    ["random_split", { weights: { a: 1, b: 3 } }, "25% / 75%"],
    ["wait_until", { ways: [{ event: "order_completed" }], time_limit: "7_days" }, "Wait until “order completed” happens, at most 7 days"],
    ["time_based_trigger", { schedule: { cron: "0 9 ? * MON *" } }, "Every Monday at 9:00"],
    ["email_send", { template_id: "welcome_email" }, "“welcome email”"],
    ["email_send", {}, ""],
    ["email_send", { template_id: "news", send_time_optimization: "ai_powered" }, "“news”, at their best time within 24 hours"],
    ["send_time_optimization", { within: "3_days" }, "at their best time within 3 days"],
  ])("%s %j", (type, config, said) => {
    expect(summaryOf({ type, config }, TONGUE).replace("9:00", "9:00").replace("09:00", "9:00")).toBe(said);
  });

  it.each(TYPES.map((type) => [type.type, type] as const))("of %s bear any config", (name, type) => {
    summaryOf({ type: name, config: type.example }, TONGUE);
    for (const key of Object.keys(type.config["properties"] as object)) {
      for (const value of [null, 3, "", [], {}, [[]], "x"]) expect(typeof summaryOf({ type: name, config: { [key]: value } }, TONGUE)).toBe("string");
    }
  });

  it("know what is missing", () => {
    expect(missingFields({ type: "email_send", config: {} }, CATALOGUE)).toEqual(["template_id"]);
    expect(missingFields({ type: "email_send", config: { template_id: "x" } }, CATALOGUE)).toEqual([]);
  });
});

describe("checks", () => {
  it("find what needs no server", () => {
    const codes = (graph = WELCOME): string[] => quickChecks(graph, CATALOGUE).map((problem) => `${problem.code} ${problem.node} ${problem.field}`.trim());
    expect(codes()).toEqual(["missing_outcome plan outcomes.default"]);
    expect(codes(change(WELCOME, removeNodes(WELCOME, CATALOGUE, new Set(["signed_up"]))).graph)).toContain("no_trigger");
    expect(codes(change(WELCOME, disconnect([{ source: "hello", outcome: "sent" }])).graph)).toContain("unreachable morning");
    expect(codes(change(WELCOME, configure(CATALOGUE, "hello", {})).graph)).toContain("missing_template hello config.template_id");
    expect(codes(change(WELCOME, configure(CATALOGUE, "hello", { template_id: "" })).graph)).toContain("missing_template hello config.template_id");
  });

  it("let the server decide, and drop at once what was mended since", () => {
    const server = [readProblem({ code: "missing_outcome", node: "plan", field: "outcomes.default", message: "Connect it." }), readProblem({ code: "unknown_template", node: "hello", field: "config.template_id", message: "No." })];
    expect(joined(server, quickChecks(WELCOME, CATALOGUE), WELCOME, true)).toHaveLength(2);
    const mended = change(WELCOME, connect({ source: "plan", outcome: "default" }, "done")).graph;
    expect(joined(server, quickChecks(mended, CATALOGUE), mended, true).map((problem) => problem.code)).toEqual(["unknown_template"]);
    const gone = change(mended, removeNodes(mended, CATALOGUE, new Set(["hello"]))).graph;
    expect(joined(server, quickChecks(gone, CATALOGUE), gone, true)).toEqual([]);
  });
});

describe("three-way merge", () => {
  it("takes both sides' changes when they touch different steps", () => {
    const mine = change(WELCOME, renameNode("hello", "Mine")).graph;
    const theirs = change(WELCOME, (draft) => {
      renameNode("guide", "Theirs")(draft);
      connect({ source: "plan", outcome: "default" }, "done")(draft);
    }).graph;
    const { graph, clashes } = threeWay(WELCOME, mine, theirs);
    expect(clashes).toEqual([]);
    expect(graph.nodes.find((node) => node.id === "hello")?.name).toBe("Mine");
    expect(graph.nodes.find((node) => node.id === "guide")?.name).toBe("Theirs");
    expect(graph.edges).toContainEqual({ source: "plan", outcome: "default", target: "done" });
  });

  it("tells what both changed, and a removal against a change", () => {
    const mine = change(WELCOME, renameNode("hello", "Mine")).graph;
    expect(threeWay(WELCOME, mine, change(WELCOME, renameNode("hello", "Theirs")).graph).clashes).toEqual([{ kind: "node", name: "hello" }]);
    const removed = change(WELCOME, removeNodes(WELCOME, CATALOGUE, new Set(["hello"]))).graph;
    expect(threeWay(WELCOME, mine, removed).clashes).toContainEqual({ kind: "node", name: "hello" });
  });

  it.each([1, 2, 3, 4])("is the identity when only one side changed (seed %i)", (seed) => {
    const base = journey(20, seed);
    const next = random(seed);
    const id = base.nodes[Math.floor(next() * 20)]?.id ?? "";
    const changed = change(base, removeNodes(base, CATALOGUE, new Set([id]))).graph;
    const sort = (graph: typeof base): typeof base => ({ ...graph, nodes: [...graph.nodes].sort((a, b) => (a.id < b.id ? -1 : 1)), edges: [...graph.edges].sort((a, b) => (`${a.source}${a.outcome}` < `${b.source}${b.outcome}` ? -1 : 1)) });
    expect(sameGraph(sort(threeWay(base, changed, base).graph), sort(changed))).toBe(true);
    expect(sameGraph(sort(threeWay(base, base, changed).graph), sort(changed))).toBe(true);
  });
});

describe("arranging, searching, walking", () => {
  const boxes = new Map([["a", { x: 0, y: 0, width: 100, height: 50 }], ["b", { x: 130, y: 20, width: 100, height: 50 }], ["c", { x: 400, y: 90, width: 100, height: 50 }]]);

  it("aligns to an edge", () => {
    expect([...align(boxes, "right").values()].map((at) => at.x)).toEqual([400, 400, 400]);
    expect([...align(boxes, "top").values()].map((at) => at.y)).toEqual([0, 0, 0]);
  });

  it("makes gaps equal and keeps the outer two", () => {
    expect([...distribute(boxes, "across")].map(([id, at]) => [id, at.x])).toEqual([["a", 0], ["b", 200], ["c", 400]]);
  });

  it("finds steps by name, line and config", () => {
    const seen = (id: string): { title: string; summary: string } => {
      const node = WELCOME.nodes.find((candidate) => candidate.id === id);
      return { title: node?.name ?? "", summary: node === undefined ? "" : summaryOf(node, TONGUE) };
    };
    expect(findNodes(WELCOME, "tell", seen)).toEqual(["sales"]);
    expect(findNodes(WELCOME, "getting_started", seen)).toEqual(["guide"]);
    expect(findNodes(WELCOME, "  ", seen)).toEqual([]);
  });

  it("walks along edges and aside", () => {
    const graph = change(WELCOME, moveNodes(new Map([["opened", { x: 0, y: 0 }], ["guide", { x: -160, y: 160 }], ["again", { x: 160, y: 160 }]]))).graph;
    expect(walk(graph, CATALOGUE, "down", "opened", "ArrowDown")).toBe("guide");
    expect(walk(graph, CATALOGUE, "down", "guide", "ArrowUp")).toBe("opened");
    expect(walk(graph, CATALOGUE, "down", "guide", "ArrowRight")).toBe("again");
  });
});
