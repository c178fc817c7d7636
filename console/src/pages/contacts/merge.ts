import type { MergePreview } from "@/api/merging";

export type Kept = "winner" | "loser" | "both" | "joined";

/** One field of two contacts side by side, and whose value stays. */
export interface FieldOfTwo {
  name: string;
  winner: unknown;
  loser: unknown;
  result: unknown;
  kept: Kept;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Every field of either contact; those that differ come first. */
export function fieldsOfTwo(preview: Pick<MergePreview, "winner" | "loser" | "result">): FieldOfTwo[] {
  const { winner, loser, result } = preview;
  const rows = [...new Set([...Object.keys(winner.traits), ...Object.keys(loser.traits), ...Object.keys(result.traits)])].sort().map((name) => {
    const [one, other, kept] = [winner.traits[name], loser.traits[name], result.traits[name]];
    return { name, winner: one, loser: other, result: kept, kept: whose(one, other, kept) };
  });
  const ids: FieldOfTwo = { name: "user_id", winner: winner.user_id, loser: loser.user_id, result: result.user_id, kept: whose(winner.user_id, loser.user_id, result.user_id) };
  const all = ids.winner === "" && ids.loser === "" ? rows : [ids, ...rows];
  return [...all.filter((row) => row.kept !== "both"), ...all.filter((row) => row.kept === "both")];
}

function whose(winner: unknown, loser: unknown, result: unknown): Kept {
  if (same(winner, loser)) return "both";
  if (same(result, winner)) return "winner";
  return same(result, loser) ? "loser" : "joined";
}
