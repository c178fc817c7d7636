/**
 * The graph as the builder holds it: the API's document with every optional part filled in, so that edits need
 * no cases for what is missing. `toDocument` and `fromDocument` are the border.
 */

export type NodeKind =
  | "trigger"
  | "action"
  | "split"
  | "wait"
  | "parallel"
  | "merge"
  | "loop"
  | "end"
  | "composite";

export type Category = "trigger" | "action" | "logic" | "integration" | "content";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface RetryPolicy {
  readonly max_attempts: number;
  readonly interval_seconds: number;
  readonly backoff_rate: number;
}

export type Config = Readonly<Record<string, unknown>>;

export interface GraphNode {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly config: Config;
  readonly retry: RetryPolicy | null;
  /** Where the canvas shows it (pixels); null until somebody or the layout places it. */
  readonly ui: Point | null;
}

export interface GraphEdge {
  readonly source: string;
  readonly outcome: string;
  readonly target: string;
}

/** Everything of a workflow that is neither node nor edge: name, purpose, settings and so on. */
export type Details = Readonly<Record<string, unknown>>;

export interface Graph {
  readonly details: Details;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A node type as `GET /api/v1/nodes` tells it. */
export interface NodeType {
  readonly type: string;
  readonly category: Category;
  readonly kind: NodeKind;
  readonly label: string;
  readonly icon: string;
  readonly description: string;
  readonly summary: string;
  readonly widgets: Readonly<Record<string, string>>;
  /** Outcomes of the example config, the primary one first. */
  readonly outcomes: readonly string[];
  /** Outcomes that follow the primary one when they are not wired. */
  readonly falls_through: readonly string[];
  /** The channel that it sends on; empty: none. */
  readonly sends: string;
  readonly available: boolean;
  readonly missing: string;
  readonly example: Config;
  /** JSON Schema of the config. */
  readonly config: Readonly<Record<string, unknown>>;
}

export type Catalogue = ReadonlyMap<string, NodeType>;

export function catalogueOf(types: readonly NodeType[]): Catalogue {
  return new Map(types.map((type) => [type.type, type]));
}
