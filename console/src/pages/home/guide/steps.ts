import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";

/** The way to a first journey, in this order. */
export const STEPS = ["sender", "message", "draw", "publish", "event", "sent"] as const;
export type StepName = (typeof STEPS)[number];
export type Done = Readonly<Record<StepName, boolean>>;

/** What the workspace has, as the server told it. */
export interface Found {
  identities: readonly { verified: boolean; default_sender: boolean }[];
  templates: number;
  workflows: readonly { id: string; live_version: number }[];
  contacts: readonly { last_seen: string | null }[];
  events: number;
  sent: number;
}

export interface Standing {
  done: Done;
  /** The workflow that was drawn last: publishing begins there. */
  newest: string;
}

const WATCHING_MS = 5_000;
const SHOWN = 50;

export function standingOf(found: Found): Standing {
  return {
    done: {
      sender: found.identities.some((one) => one.verified && one.default_sender),
      message: found.templates > 0,
      draw: found.workflows.length > 0,
      publish: found.workflows.some((one) => one.live_version > 0),
      // What people typed in or imported has no event, and so no last sight.
      event: found.events > 0 || found.contacts.some((one) => one.last_seen !== null),
      sent: found.sent > 0,
    },
    newest: found.workflows[0]?.id ?? "",
  };
}

/** The first step that is still to do; undefined: the journey runs. */
export function nextStep(done: Done): StepName | undefined {
  return STEPS.find((step) => !done[step]);
}

/** What of the first journey is there. While somebody is being guided it is looked at every few seconds. */
export function useStanding({ watching = false, enabled = true }: { watching?: boolean; enabled?: boolean } = {}): UseQueryResult<Standing> {
  return useQuery<Standing>({
    queryKey: keys.of("guide", "standing"),
    enabled,
    staleTime: watching ? 0 : 30_000,
    refetchInterval: (query) => (watching && query.state.data && nextStep(query.state.data.done) ? WATCHING_MS : false),
    queryFn: async ({ signal }) => {
      const limit = { params: { query: { limit: SHOWN } }, signal };
      const [identities, templates, workflows, contacts, events, summary] = await Promise.all([
        body(api.GET("/api/v1/sending-identities", { signal })),
        body(api.GET("/api/v1/templates", limit)),
        body(api.GET("/api/v1/workflows", { params: { query: { limit: SHOWN, sort: "updated_at", order: "desc" } }, signal })),
        body(api.GET("/api/v1/contacts", limit)),
        body(api.GET("/api/v1/events", { params: { query: { limit: 1, status: "accepted" } }, signal })),
        body(api.GET("/api/v1/analytics/summary", { params: { query: {} }, signal })),
      ]);
      return standingOf({
        identities: identities.items,
        templates: templates.items.length,
        workflows: workflows.items,
        contacts: contacts.items,
        events: events.items.length,
        sent: summary.totals.sent,
      });
    },
  });
}
