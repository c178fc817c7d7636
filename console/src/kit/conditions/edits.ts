/** Edits of the visual form; each returns a new form. */
import { type Group, type Item, newId } from "./model";

type Change = (item: Item) => Item | null;

/** Changes the item of an id wherever it is; null removes it. Conditions inside an event's `where` are found, too. */
export function change(group: Group, id: string, by: Change): Group {
  return { ...group, items: group.items.flatMap((item) => changed(item, id, by)) };
}

function changed(item: Item, id: string, by: Change): Item[] {
  if (item.id === id) {
    const next = by(item);
    return next === null ? [] : [next];
  }
  if (item.kind === "group") return [change(item, id, by)];
  if (item.kind === "event" && item.where !== null) {
    if (item.where.id === id) {
      const next = by(item.where);
      return [{ ...item, where: next?.kind === "group" ? next : null }];
    }
    return [{ ...item, where: change(item.where, id, by) }];
  }
  return [item];
}

export function put(group: Group, item: Item): Group {
  return group.id === item.id && item.kind === "group" ? item : change(group, item.id, () => item);
}

export function remove(group: Group, id: string): Group {
  return change(group, id, () => null);
}

export function append(group: Group, into: string, item: Item): Group {
  const add: Change = (found) => (found.kind === "group" ? { ...found, items: [...found.items, item] } : found);
  return group.id === into ? { ...group, items: [...group.items, item] } : change(group, into, add);
}

export function duplicate(group: Group, id: string): Group {
  return beside(group, id, (item) => [item, copy(item)]);
}

function beside(group: Group, id: string, by: (item: Item) => Item[]): Group {
  return {
    ...group,
    items: group.items.flatMap((item): Item[] => {
      if (item.id === id) return by(item);
      if (item.kind === "group") return [beside(item, id, by)];
      return item.kind === "event" && item.where !== null ? [{ ...item, where: beside(item.where, id, by) }] : [item];
    }),
  };
}

function copy(item: Item): Item {
  const id = newId();
  if (item.kind === "group") return { ...item, id, items: item.items.map(copy) };
  if (item.kind === "event" && item.where !== null) return { ...item, id, where: { ...item.where, id: newId(), items: item.where.items.map(copy) } };
  return { ...item, id };
}

export function find(item: Item, id: string): Item | null {
  if (item.id === id) return item;
  const inner = item.kind === "group" ? item.items : item.kind === "event" && item.where !== null ? [item.where] : [];
  for (const one of inner) {
    const found = find(one, id);
    if (found !== null) return found;
  }
  return null;
}

/** Moves an item before another one, also into another group; into itself is no move. */
export function moveBefore(group: Group, id: string, before: string): Group {
  const item = find(group, id);
  if (item === null || id === before || find(item, before) !== null) return group;
  return beside(remove(group, id), before, (target) => [item, target]);
}

/** Moves an item to the end of a group. */
export function moveInto(group: Group, id: string, into: string): Group {
  const item = find(group, id);
  if (item === null || find(item, into) !== null) return group;
  return append(remove(group, id), into, item);
}

/** Moves an item among its siblings; at the edge it leaves its group. */
export function nudge(group: Group, id: string, by: -1 | 1): Group {
  const at = group.items.findIndex((item) => item.id === id);
  const item = group.items[at];
  if (item !== undefined) {
    const items = group.items.filter((one) => one !== item);
    items.splice(Math.min(Math.max(at + by, 0), items.length), 0, item);
    return { ...group, items };
  }
  return {
    ...group,
    items: group.items.flatMap((one): Item[] => {
      if (one.kind === "event" && one.where !== null) return [{ ...one, where: nudge(one.where, id, by) }];
      if (one.kind !== "group") return [one];
      const inner = one.items.findIndex((child) => child.id === id);
      const child = one.items[inner];
      if (child !== undefined && (by < 0 ? inner === 0 : inner === one.items.length - 1)) {
        const rest: Group = { ...one, items: one.items.filter((other) => other !== child) };
        return by < 0 ? [child, rest] : [rest, child];
      }
      return [nudge(one, id, by)];
    }),
  };
}
