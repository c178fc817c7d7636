/** Finds steps by what people remember of them: name, id, type, what their line says. */
import type { Graph } from "./types";

export interface Searchable {
  readonly title: string;
  readonly summary: string;
}

export function findNodes(graph: Graph, query: string, seen: (id: string) => Searchable): readonly string[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const ranked: [number, string][] = [];
  for (const node of graph.nodes) {
    const { title, summary } = seen(node.id);
    const name = title.toLocaleLowerCase();
    const all = `${name}\n${summary}\n${node.id}\n${node.type}\n${JSON.stringify(node.config)}`.toLocaleLowerCase();
    if (words.every((word) => all.includes(word))) ranked.push([name.startsWith(words[0] ?? "") ? 0 : name.includes(words[0] ?? "") ? 1 : 2, node.id]);
  }
  return ranked.sort(([one], [other]) => one - other).map(([, id]) => id);
}
