/** How much of a subject inboxes show. Signs are counted as people see them: an emoji made of many codes is one. */

export type Fit = "short" | "good" | "long" | "cut";

const phones = 40;
const desks = 70;

export function signs(text: string): number {
  let count = 0;
  for (const sign of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) count += sign.segment === "" ? 0 : 1;
  return count;
}

/** `text` as rendered; expressions in it were filled in. */
export function subjectFit(text: string): Fit {
  const count = signs(text.trim());
  if (count < 4) return "short";
  if (count <= phones) return "good";
  return count <= desks ? "long" : "cut";
}
