/** Finds the row that a place in the tree belongs to, as the server's checks name it (`items[1].left`). */
import { type Item, toTree } from "./model";
import type { ConditionProblem } from "./language";

function places(item: Item, path: string, found: [string, string][]): void {
  if (toTree(item) === null) return;
  const join = (part: string): string => (path === "" || part.startsWith("[") ? `${path}${part}` : `${path}.${part}`);
  if (item.kind !== "group") {
    found.push([path, item.id]);
    if (item.kind === "event" && item.where !== null) {
      const inner = item.times === "did" ? "where" : item.times === "did_not" ? "item.where" : "left.where";
      places(item.where, join(inner), found);
    }
    return;
  }
  const kept = item.items.filter((one) => toTree(one) !== null);
  const before = item.mode === "none" ? "item" : "";
  kept.forEach((one, index) => {
    const inside = kept.length === 1 ? before : before === "" ? `items[${index}]` : `${before}.items[${index}]`;
    places(one, inside === "" ? path : join(inside), found);
  });
}

/** Problems by the id of their row; what no row owns stands under the form's own id. */
export function problemsByRow(form: Item, problems: readonly ConditionProblem[]): ReadonlyMap<string, readonly ConditionProblem[]> {
  const known: [string, string][] = [];
  places(form, "", known);
  const found = new Map<string, ConditionProblem[]>();
  for (const problem of problems) {
    const fits = known.filter(([path]) => path === "" || problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`));
    const [, id] = fits.reduce((best, one) => (one[0].length >= best[0].length ? one : best), ["", form.id]);
    found.set(id, [...(found.get(id) ?? []), problem]);
  }
  return found;
}
