import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";

type Schemas = components["schemas"];
export type Contact = Schemas["Contact"];
export type ContactSummary = Schemas["ContactSummary"];
export type Attribute = Schemas["Attribute"];
export type ContactScore = Schemas["ScoreBreakdown"];
export type ActiveHours = Schemas["ContactHours"];
export type Enrollment = Schemas["Enrollment"];
export type Explanation = Schemas["Explanation"];
export type ConsentProof = Schemas["ConsentProof"];
export type PersonalData = Schemas["PersonalData"];
export type Channel = "email" | "sms" | "push";
export type Purpose = "marketing" | "transactional";

const TOPIC = "contacts";
const PAGE = 50;

export interface ContactFilters {
  q: string;
  where: string;
  segment: string;
  /** What they said to marketing mail. */
  consent?: ConsentFilter;
}
export type ConsentFilter = "" | "granted" | "denied" | "unset";

/** Contacts by what is typed, a condition and a segment; without any of these the plain list. */
export function useContacts({ q, where, segment, consent = "" }: ContactFilters, enabled = true): PagedList<ContactSummary> {
  const looking = q !== "" || where !== "" || segment !== "" || consent !== "";
  return useCursorList(
    keys.of(TOPIC, "list", q, where, segment, consent),
    (cursor, signal) =>
      looking
        ? body(api.GET("/api/v1/contacts/search", { params: { query: { q, where, segment, consent, limit: PAGE, cursor } }, signal }))
        : body(api.GET("/api/v1/contacts", { params: { query: { limit: PAGE, cursor } }, signal })),
    { enabled },
  );
}

export function useContact(contact: string): UseQueryResult<Contact> {
  return useQuery({
    queryKey: keys.of(TOPIC, "one", contact),
    queryFn: ({ signal }) => body(api.GET("/api/v1/contacts/{contact}", { params: { path: { contact } }, signal })),
  });
}

/** At which hours of the day the contact is active, and how much of that is known of the contact itself. */
export function useActiveHours(contact: string): UseQueryResult<ActiveHours> {
  return useQuery({
    queryKey: keys.of(TOPIC, "hours", contact),
    queryFn: ({ signal }) => body(api.GET("/api/v1/contacts/{contact}/hours", { params: { path: { contact } }, signal })),
  });
}

/** Everything shown of a contact is asked again. */
export function useContactChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.of(TOPIC) });
}

export interface NewContact {
  email?: string;
  user_id?: string;
  traits?: Record<string, unknown>;
}

export function useSaveContact() {
  const changed = useContactChanged();
  return useMutation({
    mutationFn: (contact: NewContact) => body(api.POST("/api/v1/contacts", { body: { contacts: [{ email: "", user_id: "", traits: {}, ...contact }] } })),
    onSuccess: changed,
  });
}

/** The workspace's attributes: names, types and families. */
export function useAttributes(): UseQueryResult<Attribute[]> {
  return useQuery({
    queryKey: keys.of("attributes", "all"),
    staleTime: 300_000,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/attributes", { params: { query: { limit: 200 } }, signal }))).items,
  });
}

/** Names of the lifecycle stages, in their order. */
export function useStages(): UseQueryResult<string[]> {
  return useQuery({
    queryKey: keys.of("attributes", "lifecycle"),
    staleTime: 300_000,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/lifecycle", { signal }))).lifecycle.stages.map((stage) => stage.name),
  });
}

export function useScores(contact: string): UseQueryResult<ContactScore[]> {
  return useQuery({
    queryKey: keys.of(TOPIC, "scores", contact),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/contacts/{contact}/scores", { params: { path: { contact } }, signal }))).scores,
  });
}

export interface ScoreBand {
  id: string;
  threshold: number;
}

export interface ScoreModel {
  id: string;
  name: string;
  bands: ScoreBand[];
}

/** A scoring model's name and bands. */
export function useScoreModel(model: string): UseQueryResult<ScoreModel> {
  return useQuery({
    queryKey: keys.of("scoring", "model", model),
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const found = await body(api.GET("/api/v1/scoring/models/{model}", { params: { path: { model } }, signal }));
      return { id: found.id, name: found.name, bands: (found.model.bands ?? []).map(({ id, threshold }) => ({ id, threshold })) };
    },
  });
}

export function useAdjustScore(contact: string) {
  const changed = useContactChanged();
  return useMutation({
    mutationFn: ({ model, points, reason }: { model: string; points: number; reason: string }) =>
      body(api.POST("/api/v1/contacts/{contact}/scores/{model}/adjust", { params: { path: { contact, model } }, body: { points, reason } })),
    onSuccess: changed,
  });
}

export function useContactEnrollments(contact: string): PagedList<Enrollment> {
  return useCursorList(keys.of(TOPIC, "enrollments", contact), (cursor, signal) =>
    body(api.GET("/api/v1/contacts/{contact}/enrollments", { params: { path: { contact }, query: { limit: PAGE, cursor } }, signal })),
  );
}

export function useExplanation(contact: string, workflow: string): UseQueryResult<Explanation> {
  return useQuery({
    queryKey: keys.of(TOPIC, "explain", contact, workflow),
    enabled: workflow !== "",
    queryFn: ({ signal }) => body(api.GET("/api/v1/workflows/{workflow}/explain/{contact}", { params: { path: { workflow, contact } }, signal })),
  });
}

export function useEndEnrollments(contact: string) {
  const changed = useContactChanged();
  return useMutation({
    mutationFn: (workflow: string) => body(api.POST("/api/v1/workflows/{workflow}/exit/{contact}", { params: { path: { workflow, contact } } })),
    onSuccess: changed,
  });
}

export function useConsentProofs(contact: string): PagedList<ConsentProof> {
  return useCursorList(keys.of(TOPIC, "consents", contact), (cursor, signal) =>
    body(api.GET("/api/v1/contacts/{contact}/consents", { params: { path: { contact }, query: { limit: PAGE, cursor } }, signal })),
  );
}

/** How a consent was given, where somebody of the workspace tells it. */
export type ToldHow = "told" | "form" | "double" | "keyword" | "paper" | "verbal";
export const TOLD_HOW: readonly ToldHow[] = ["told", "form", "double", "keyword", "paper", "verbal"];

type SetConsent = { channel: Channel; purpose: Purpose; consent: "granted" | "denied"; source?: string; how?: ToldHow };

/** Sets a consent; shown at once and taken back when the server refuses. */
export function useSetConsent(contact: string) {
  const client = useQueryClient();
  const key = keys.of(TOPIC, "one", contact);
  return useMutation({
    mutationFn: ({ channel, purpose, consent, source = "", how = "told" }: SetConsent) =>
      body(api.PUT("/api/v1/contacts/{contact}/consent", { params: { path: { contact } }, body: { channel, purpose, consent, source, how, wording: "" } })),
    onMutate: async ({ channel, purpose, consent }) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<Contact>(key);
      if (before) client.setQueryData<Contact>(key, { ...before, consent: { ...before.consent, [`${channel}:${purpose}`]: consent } });
      return before;
    },
    onError: (_error, _sent, before) => {
      if (before) client.setQueryData(key, before);
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useLiftSuppression(contact: string) {
  const changed = useContactChanged();
  return useMutation({
    mutationFn: () => body(api.DELETE("/api/v1/contacts/{contact}/suppression", { params: { path: { contact } } })),
    onSuccess: changed,
  });
}

/** What erasing a contact would delete; asked only when somebody wants to. */
export function useErasurePreview(contact: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.of(TOPIC, "erasure", contact),
    enabled,
    queryFn: ({ signal }) => body(api.GET("/api/v1/contacts/{contact}/erasure", { params: { path: { contact } }, signal })),
  });
}

export function useErase(contact: string) {
  return useMutation({ mutationFn: () => body(api.POST("/api/v1/contacts/{contact}/erasure", { params: { path: { contact } } })) });
}

export function useJob(job: string): UseQueryResult<Schemas["Job"]> {
  return useQuery<Schemas["Job"]>({
    queryKey: keys.of("jobs", job),
    enabled: job !== "",
    refetchInterval: (query) => (query.state.data && ["done", "failed", "cancelled"].includes(query.state.data.state) ? false : 2000),
    queryFn: ({ signal }) => body(api.GET("/api/v1/jobs/{job}", { params: { path: { job } }, signal })),
  });
}

export function useReadPersonalData(contact: string) {
  return useMutation<PersonalData>({ mutationFn: () => body(api.GET("/api/v1/contacts/{contact}/data", { params: { path: { contact } } })) });
}
