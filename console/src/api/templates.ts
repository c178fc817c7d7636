import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, type PagedList, useCursorList } from "./queries";

type Schemas = components["schemas"];
export type MessageSummary = Schemas["UsedTemplate"];
export type Message = Schemas["Template"];
export type MessageViolation = Schemas["TemplateViolation"];
export type RenderedMessage = Schemas["RenderedMessage"];
export type MessageVersion = Schemas["TemplateVersion"];
export type LibraryMessage = Schemas["LibraryMessage"];
export type LibraryCard = Schemas["LibraryCard"];
export type MessageFormat = MessageSummary["format"];
export type MessageDialect = MessageSummary["dialect"];
export type MessagePurpose = "marketing" | "transactional";
export type MessageSort = "name" | "subject" | "updated_at";

/** A message as people write it. */
export interface MessageSource {
  id: string;
  name: string;
  description: string;
  purpose: MessagePurpose;
  subject: string;
  preheader: string;
  format: MessageFormat;
  mjml: string;
  html: string;
  text: string;
  layout: string;
  language: string;
  dialect: MessageDialect;
  sample: Record<string, unknown>;
  variables: readonly unknown[];
  /** What the editor does not show yet and must not lose. */
  translations?: unknown;
  utm?: unknown;
  pixel?: unknown;
}

export interface MessageFilter {
  q: string;
  purpose: MessagePurpose | "";
  used: "true" | "false" | "";
  format: MessageFormat | "";
  sort: MessageSort;
  order: "asc" | "desc";
}

const TOPIC = "templates";
const PAGE = 24;

export function useMessages(filter: MessageFilter): PagedList<MessageSummary> {
  return useCursorList(keys.of(TOPIC, "list", filter), (cursor, signal) => body(api.GET("/api/v1/templates", { params: { query: { ...filter, limit: PAGE, cursor } }, signal })));
}

export function useMessage(template: string): UseQueryResult<Message> {
  return useQuery({ queryKey: keys.of(TOPIC, "one", template), refetchOnWindowFocus: false, queryFn: ({ signal }) => messages.read(template, signal) });
}

/** A message as its sample contact would get it: for small pictures. */
export function usePicture(message: MessageSummary, enabled: boolean): UseQueryResult<string> {
  return useQuery({
    queryKey: keys.of(TOPIC, "picture", message.id, message.rev),
    enabled,
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => (await body(api.POST("/api/v1/templates/{template}/preview", { params: { path: { template: message.id } }, body: { contact: "" }, signal }))).html,
  });
}

export function useMessageVersions(template: string, enabled: boolean): UseQueryResult<MessageVersion[]> {
  return useQuery({
    queryKey: keys.of(TOPIC, "versions", template),
    enabled,
    staleTime: 0,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/templates/{template}/versions", { params: { path: { template }, query: { limit: 50 } }, signal }))).items,
  });
}

export function useLibraryMessages(enabled: boolean): UseQueryResult<LibraryMessage[]> {
  return useQuery({
    queryKey: keys.of(TOPIC, "library"),
    enabled,
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/library-messages", { signal }))).items,
  });
}

export function useLibrary(): UseQueryResult<LibraryCard[]> {
  return useQuery({
    queryKey: keys.of("library"),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/library", { params: { query: { limit: 200 } }, signal }))).items,
  });
}

/** What completion and the picker offer: fields of contacts, and catalogs. */
export function useMergeFields(): UseQueryResult<{ fields: string[]; catalogs: string[] }> {
  return useQuery({
    queryKey: keys.of(TOPIC, "fields"),
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const [attributes, catalogs] = await Promise.all([body(api.GET("/api/v1/attributes", { signal })), body(api.GET("/api/v1/catalogs", { signal }))]);
      return { fields: attributes.items.map((one) => one.name), catalogs: catalogs.items.map((one) => one.id) };
    },
  });
}

export function useMessagesChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.of(TOPIC) });
}

export interface Recipient {
  contact: string;
  sample: Record<string, unknown> | null;
}

export const messages = {
  read: (template: string, signal?: AbortSignal) => body(api.GET("/api/v1/templates/{template}", { params: { path: { template } }, ...(signal ? { signal } : {}) })),
  create: (source: Record<string, unknown>) => body(api.POST("/api/v1/templates", { body: { template: source } })),
  save: (source: MessageSource, rev: number) => body(api.PUT("/api/v1/templates/{template}", { params: { path: { template: source.id } }, body: { template: { ...source }, rev } })),
  remove: (template: string) => body(api.DELETE("/api/v1/templates/{template}", { params: { path: { template } } })),
  check: (source: MessageSource, signal: AbortSignal) => body(api.POST("/api/v1/templates/check", { body: { template: { ...source } }, signal })),
  preview: (source: MessageSource, { contact, sample }: Recipient, signal: AbortSignal) =>
    body(api.POST("/api/v1/templates/{template}/preview", { params: { path: { template: source.id } }, body: { template: { ...source }, contact, sample }, signal })),
  version: (template: string, number: number) => body(api.GET("/api/v1/templates/{template}/versions/{number}", { params: { path: { template, number } } })),
  testSend: (source: MessageSource, { contact, sample }: Recipient, to: string) => {
    const { event, ...fields } = sample ?? {};
    return body(
      api.POST("/api/v1/templates/{template}/test-send", {
        params: { path: { template: source.id } },
        body: { to, contact, sample: fields, event: typeof event === "object" && event !== null ? { ...event } : {}, template: { ...source } },
      }),
    );
  },
  duplicate: async (template: string, id: string, name: string) => messages.create({ ...(await messages.read(template)).template, id, name }),
};

export async function startFromLibrary(template: string): Promise<string> {
  return (await body(api.POST("/api/v1/library/{template}", { params: { path: { template } }, body: { id: "", name: "" } }))).id;
}

export const DIALECTS: readonly MessageDialect[] = ["jinja2", "handlebars", "liquid"];

/** A stored document with every part that it may lack. */
export function sourceOf(document: Record<string, unknown>): MessageSource {
  const text = (name: string, none = ""): string => (typeof document[name] === "string" ? document[name] : none);
  const sample = document["sample"];
  return {
    id: text("id"),
    name: text("name"),
    description: text("description"),
    purpose: text("purpose") === "transactional" ? "transactional" : "marketing",
    subject: text("subject"),
    preheader: text("preheader"),
    format: text("format") === "mjml" ? "mjml" : "html",
    mjml: text("mjml"),
    html: text("html"),
    text: text("text"),
    layout: text("layout", "base"),
    language: text("language", "en"),
    dialect: DIALECTS.find((one) => one === document["dialect"]) ?? "jinja2",
    sample: typeof sample === "object" && sample !== null && !Array.isArray(sample) ? { ...sample } : {},
    variables: Array.isArray(document["variables"]) ? (document["variables"] as unknown[]) : [],
    ...Object.fromEntries(["translations", "utm", "pixel"].filter((name) => name in document).map((name) => [name, document[name]])),
  };
}

/** A message's id made of its name: a-z, 0-9 and _, 64 at most. */
export function messageId(name: string, taken: (id: string) => boolean = () => false): string {
  const plain = name.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "").slice(0, 56) || "message";
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? plain : `${plain}_${number}`;
    if (!taken(id)) return id;
  }
}
