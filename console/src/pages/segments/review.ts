const DAY_MS = 86_400_000;

/** When a list is to be looked at again; one that never was counts from its making. */
export function reviewDue(review: { every_days: number; last_reviewed_at?: string }, made: string): Date {
  return new Date(Date.parse(review.last_reviewed_at ?? made) + review.every_days * DAY_MS);
}
