import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, type PagedList, useCursorList } from "./queries";

type Schemas = components["schemas"];
type PieceSummary = Schemas["PieceSummary"];
export type MessageSummary = Schemas["UsedTemplate"];
export type Message = Schemas["Template"];
export type MessageViolation = Schemas["TemplateViolation"];
export type RenderedMessage = Schemas["RenderedMessage"];
export type MessageVersion = Schemas["TemplateVersion"];
export type LibraryMessage = Schemas["LibraryMessage"];
export type LibraryCard = Schemas["LibraryCard"];
export type MessageFormat = MessageSummary["format"];
export type MessageDialect = MessageSummary["dialect"];
export type MessageChannel = MessageSummary["channel"];
export type MessagePurpose = "marketing" | "transactional";
export type MessageSort = "name" | "subject" | "updated_at";

/** A message as people write it. */
export interface MessageSource {
  id: string;
  name: string;
  description: string;
  channel: MessageChannel;
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
  /** The same in other languages; what a language lacks stays as the message has it. */
  translations: Translations;
  /** Campaign parameters of its links; they beat the workspace's. */
  utm: Readonly<Record<string, string>>;
  /** Whether it tells of opens; null: as the workspace says. */
  pixel: boolean | null;
}

/** The words of a message in one language. */
export const WORDED = ["subject", "preheader", "mjml", "html", "text"] as const;
export type Worded = (typeof WORDED)[number];
export type Translations = Readonly<Record<string, Partial<Record<Worded, string>>>>;

export interface MessageFilter {
  q: string;
  channel: MessageChannel | "";
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
export function usePicture(message: MessageSummary, enabled: boolean): UseQueryResult<RenderedMessage> {
  return useQuery({
    queryKey: keys.of(TOPIC, "picture", message.id, message.rev),
    enabled,
    staleTime: Infinity,
    retry: false,
    queryFn: ({ signal }) => body(api.POST("/api/v1/templates/{template}/preview", { params: { path: { template: message.id } }, body: { contact: "" }, signal })),
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
export function useMergeFields(): UseQueryResult<{ fields: string[]; catalogs: string[]; snippets: PieceSummary[]; blocks: PieceSummary[]; sources: PieceSummary[] }> {
  return useQuery({
    queryKey: keys.of(TOPIC, "fields"),
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const shelf = async (kind: string): Promise<PieceSummary[]> => (await body(api.GET("/api/v1/content/{kind}", { params: { path: { kind } }, signal }))).items;
      const [attributes, catalogs, snippets, blocks, sources] = await Promise.all([
        body(api.GET("/api/v1/attributes", { signal })),
        body(api.GET("/api/v1/catalogs", { signal })),
        shelf("snippets"),
        shelf("blocks"),
        shelf("sources"),
      ]);
      return { fields: attributes.items.map((one) => one.name), catalogs: catalogs.items.map((one) => one.id), snippets, blocks, sources };
    },
  });
}

export function useMessagesChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.of(TOPIC) });
}

export interface Recipient {
  contact: string;
  /** Empty: the contact's own. */
  language?: string;
  sample: Record<string, unknown> | null;
}

export const messages = {
  read: (template: string, signal?: AbortSignal) => body(api.GET("/api/v1/templates/{template}", { params: { path: { template } }, ...(signal ? { signal } : {}) })),
  create: (source: Record<string, unknown>) => body(api.POST("/api/v1/templates", { body: { template: source } })),
  save: (source: MessageSource, rev: number) => body(api.PUT("/api/v1/templates/{template}", { params: { path: { template: source.id } }, body: { template: { ...source }, rev } })),
  remove: (template: string) => body(api.DELETE("/api/v1/templates/{template}", { params: { path: { template } } })),
  check: (source: MessageSource, signal: AbortSignal) => body(api.POST("/api/v1/templates/check", { body: { template: { ...source } }, signal })),
  preview: (source: MessageSource, { contact, sample, language = "" }: Recipient, signal: AbortSignal) =>
    body(api.POST("/api/v1/templates/{template}/preview", { params: { path: { template: source.id } }, body: { template: { ...source }, contact, sample, language }, signal })),
  version: (template: string, number: number) => body(api.GET("/api/v1/templates/{template}/versions/{number}", { params: { path: { template, number } } })),
  testSend: (source: MessageSource, { contact, sample, language = "" }: Recipient, to: string) => {
    const { event, ...fields } = sample ?? {};
    return body(
      api.POST("/api/v1/templates/{template}/test-send", {
        params: { path: { template: source.id } },
        body: { to, contact, language, sample: fields, event: typeof event === "object" && event !== null ? { ...event } : {}, template: { ...source } },
      }),
    );
  },
  duplicate: async (template: string, id: string, name: string) => messages.create({ ...(await messages.read(template)).template, id, name }),
};

export async function startFromLibrary(template: string): Promise<string> {
  return (await body(api.POST("/api/v1/library/{template}", { params: { path: { template } }, body: { id: "", name: "" } }))).id;
}

export const DIALECTS: readonly MessageDialect[] = ["jinja2", "handlebars", "liquid"];

export const CHANNELS: readonly MessageChannel[] = ["email", "sms", "push"];

function translationsOf(value: unknown): Translations {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value as Record<string, Record<string, unknown>>).map(([language, words]) => [
      language,
      Object.fromEntries(WORDED.flatMap((part) => (typeof words[part] === "string" && words[part] !== "" ? [[part, words[part]]] : []))),
    ]),
  );
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

/** A stored document with every part that it may lack. */
export function sourceOf(document: Record<string, unknown>): MessageSource {
  const text = (name: string, none = ""): string => (typeof document[name] === "string" ? document[name] : none);
  const sample = document["sample"];
  return {
    id: text("id"),
    name: text("name"),
    description: text("description"),
    channel: CHANNELS.find((one) => one === document["channel"]) ?? "email",
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
    translations: translationsOf(document["translations"]),
    utm: textsOf(document["utm"]),
    pixel: typeof document["pixel"] === "boolean" ? document["pixel"] : null,
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
