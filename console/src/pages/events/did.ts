import type { Contact, Enrollment } from "@/api/contacts";

/** Something that followed an event, as far as the contact's own record tells. */
export type Consequence =
  | { kind: "known"; first: boolean }
  | { kind: "waiting" }
  | { kind: "segment"; segment: string; at: string }
  | { kind: "entered"; workflow: string; state: Enrollment["state"]; at: string }
  | { kind: "sent"; channel: string; at: string };

/** The pass over the stream comes within seconds; what changed in the minutes after is put down to the event. */
const FOLLOWS_MS = 10 * 60_000;
const EARLIER_MS = 1_000;

/**
 * What changed right after an event.
 *
 * The record has times and no causes: two events of the same minute share their consequences.
 */
export function consequencesOf(event: { at: string; name: string; kind?: string | undefined }, contact: Contact, enrollments: readonly Enrollment[]): Consequence[] {
  const begin = Date.parse(event.at);
  const follows = (at: string | null | undefined): at is string => typeof at === "string" && Date.parse(at) >= begin - EARLIER_MS && Date.parse(at) <= begin + FOLLOWS_MS;
  const seen = contact.last_seen !== null && Date.parse(contact.last_seen) >= begin - FOLLOWS_MS;
  return [
    seen ? { kind: "known", first: follows(contact.first_seen) } : { kind: "waiting" },
    ...contact.memberships.filter((one) => follows(one.since)).map((one) => ({ kind: "segment", segment: one.segment, at: one.since ?? "" }) as const),
    ...enrollments.filter((one) => follows(one.entered_at)).map((one) => ({ kind: "entered", workflow: one.workflow, state: one.state, at: one.entered_at }) as const),
    ...contact.last_sends.filter((one) => follows(one.at)).map((one) => ({ kind: "sent", channel: one.channel, at: one.at }) as const),
  ];
}
