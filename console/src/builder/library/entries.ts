/** The node library: types by group, those that fit a search first. Pure. */
import { type Group, groupOf, GROUPS } from "../model/groups";
import type { Catalogue, NodeType } from "../model/types";
import type { Views } from "../model/views";

export interface Entry {
  readonly type: NodeType;
  readonly group: Group;
  readonly label: string;
  readonly description: string;
}

/** What people reach for first, in each group. */
const FIRST = ["event_trigger", "time_based_trigger", "manual_trigger", "email_send", "delay_action", "wait_until", "if_condition", "switch_case", "random_split", "data_update"];

function rank(type: NodeType): number {
  const index = FIRST.indexOf(type.type);
  return (type.available ? 0 : 1_000) + (index < 0 ? FIRST.length : index);
}

export function entriesOf(catalogue: Catalogue, views: Views): readonly Entry[] {
  return [...catalogue.values()]
    .map((type) => ({ type, group: groupOf(type), label: views.typeLabel(type), description: views.typeDescription(type) }))
    .sort((one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group) || rank(one.type) - rank(other.type) || one.label.localeCompare(other.label));
}

export function matching(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return entries;
  const score = (entry: Entry): number => {
    const label = entry.label.toLocaleLowerCase();
    const all = `${label} ${entry.type.label} ${entry.type.type} ${entry.description}`.toLocaleLowerCase();
    if (!words.every((word) => all.includes(word))) return -1;
    return words.reduce((sum, word) => sum + (label.startsWith(word) ? 3 : label.includes(word) ? 2 : 1), (entry.type.available ? 1 : 0) + (FIRST.includes(entry.type.type) ? 2 : 0));
  };
  return entries
    .map((entry) => [score(entry), entry] as const)
    .filter(([points]) => points >= 0)
    .sort(([one], [other]) => other - one)
    .map(([, entry]) => entry);
}

export function grouped(entries: readonly Entry[]): readonly (readonly [Group, readonly Entry[]])[] {
  return GROUPS.map((group) => [group, entries.filter((entry) => entry.group === group)] as const).filter(([, list]) => list.length > 0);
}

export const STEP_MIME = "application/x-stepwell-step";
