/** Runs the layout engine in a worker of its own, loaded when it is first needed. */
import type { ELK } from "elkjs/lib/elk-api";
import worker from "elkjs/lib/elk-worker.min.js?url";
import type { Direction } from "../model/geometry";
import type { Catalogue, Graph, Point } from "../model/types";
import { answer, question } from "./elk";

let engine: Promise<ELK> | null = null;

async function load(): Promise<ELK> {
  const { default: Engine } = await import("elkjs/lib/elk-api");
  return new Engine({ workerFactory: () => new Worker(worker) });
}

/**
 * Arranges all nodes, or only some.
 *
 * Throws what the engine says when it cannot.
 */
export async function arrange(graph: Graph, catalogue: Catalogue, direction: Direction, only: ReadonlySet<string> | null = null): Promise<ReadonlyMap<string, Point>> {
  if (graph.nodes.length === 0) return new Map();
  engine ??= load();
  const found = await (await engine).layout(question(graph, catalogue, direction, only));
  return answer(found, graph, catalogue, direction);
}
