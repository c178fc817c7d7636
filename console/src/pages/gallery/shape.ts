/** Where the nodes of a small picture lie: columns by how far a node is from the beginning. Pure. */

export interface Shape {
  nodes: readonly { id: string; type: string; name: string }[];
  edges: readonly { source: string; outcome: string; target: string }[];
}

export interface Spot {
  id: string;
  type: string;
  name: string;
  column: number;
  /** Rows are centred: -0.5 and 0.5 are two. */
  row: number;
}

export interface Drawn {
  spots: Spot[];
  ways: { from: Spot; to: Spot }[];
  columns: number;
  rows: number;
}

export function drawn(shape: Shape): Drawn {
  const targets = new Map<string, string[]>();
  for (const { source, target } of shape.edges) targets.set(source, [...(targets.get(source) ?? []), target]);
  const column = new Map<string, number>();
  const visit = (id: string, depth: number, above: ReadonlySet<string>): void => {
    // A way back (a loop) moves nobody to the right.
    if (above.has(id) || (column.get(id) ?? -1) >= depth) return;
    column.set(id, depth);
    for (const next of targets.get(id) ?? []) visit(next, depth + 1, new Set([...above, id]));
  };
  const reached = new Set(shape.edges.map((one) => one.target));
  for (const { id } of shape.nodes) if (!reached.has(id)) visit(id, 0, new Set());
  for (const { id } of shape.nodes) if (!column.has(id)) visit(id, 0, new Set());

  const order = new Map<number, string[]>();
  const seen = new Set<string>();
  const walk = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const at = column.get(id) ?? 0;
    order.set(at, [...(order.get(at) ?? []), id]);
    for (const next of targets.get(id) ?? []) walk(next);
  };
  for (const { id } of shape.nodes) walk(id);

  const spots = shape.nodes.map((node): Spot => {
    const at = column.get(node.id) ?? 0;
    const beside = order.get(at) ?? [];
    return { ...node, column: at, row: beside.indexOf(node.id) - (beside.length - 1) / 2 };
  });
  const byId = new Map(spots.map((spot) => [spot.id, spot]));
  const ways = shape.edges.flatMap(({ source, target }) => {
    const from = byId.get(source);
    const to = byId.get(target);
    return from && to ? [{ from, to }] : [];
  });
  return { spots, ways, columns: Math.max(1, ...[...order.keys()].map((at) => at + 1)), rows: Math.max(1, ...[...order.values()].map((one) => one.length)) };
}
