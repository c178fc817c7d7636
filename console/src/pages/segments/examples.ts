import type { SegmentDocument } from "@/api/segments";

/** Segments that most shops and apps want first; each is a beginning to change. */
export const EXAMPLES = [
  { name: "new_contacts", kind: "dynamic", condition: "did(signed_up, 30 days)" },
  { name: "engaged", kind: "dynamic", condition: "engagement_score >= 0.3 and did(email_clicked, 60 days)" },
  { name: "sleeping", kind: "dynamic", condition: "engagement.delivered >= 3 and not did(email_opened, 90 days) and not did(page_view, 90 days)" },
  { name: "customers", kind: "dynamic", condition: "did(purchase)" },
  { name: "best_customers", kind: "dynamic", condition: "count(purchase, 90 days) >= 3" },
  { name: "cart_left", kind: "dynamic", condition: "did(product_added, 3 days) and not did(purchase, 3 days)" },
  { name: "hot_leads", kind: "dynamic", condition: "lead_score >= 300" },
  { name: "by_country", kind: "dynamic", condition: 'country in ["DE", "AT", "CH"]' },
  { name: "hand_picked", kind: "static", condition: "" },
] as const;
export type Example = (typeof EXAMPLES)[number];
export type ExampleName = Example["name"];

/** An id from a name: lower case, `_` between words, at most 40 characters, a letter first. */
export function idOf(name: string): string {
  const plain = name
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/[̀-ͯ]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  return plain.slice(0, 40).replace(/_+$/, "");
}

export interface Draft {
  id: string;
  name: string;
  description: string;
  kind: "static" | "dynamic" | "predictive";
  condition: string;
  tags: string[];
  useCase: string;
  triggerExisting: boolean;
  reviewDays: string;
  /** When a list was looked at last; it is sent back unchanged. */
  reviewedAt: string | null;
}

export const EMPTY: Draft = { id: "", name: "", description: "", kind: "dynamic", condition: "", tags: [], useCase: "", triggerExisting: false, reviewDays: "", reviewedAt: null };

/** What is sent: nothing that this kind of segment does not have. */
export function documentOf(draft: Draft): SegmentDocument {
  const list = draft.kind === "static";
  return {
    id: draft.id,
    name: draft.name.trim(),
    description: draft.description.trim(),
    kind: draft.kind,
    tags: draft.tags,
    ...(draft.useCase === "" ? {} : { use_case: draft.useCase }),
    ...(list ? {} : { condition: draft.condition, trigger_existing: draft.triggerExisting }),
    ...(list && draft.reviewDays !== "" ? { review: { every_days: Number(draft.reviewDays), ...(draft.reviewedAt === null ? {} : { last_reviewed_at: draft.reviewedAt }) } } : {}),
  };
}
