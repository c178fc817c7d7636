import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";
import { useChange } from "./settings";

type Schemas = components["schemas"];
export const CHANNELS = ["email", "sms", "push"] as const;
export type ChannelName = (typeof CHANNELS)[number];
export const STREAMS = ["marketing", "transactional"] as const;
export type StreamName = (typeof STREAMS)[number];
export type ProviderKind = Schemas["ProviderKind"];
export type ProviderState = Schemas["ProviderState"];
export type SendingRules = Schemas["SendingRules"];
export type TextHours = Schemas["TextHours"];
export type TextLength = Schemas["TextLength"];
export type TextSenders = Schemas["TextSenders"];
export type MailDays = Schemas["MailDays"];
export type MailboxRates = Schemas["MailboxRates"];
export type Deliverability = Schemas["Deliverability"];
export type WarmUpProgress = Schemas["WarmUpProgress"];
export type CheckedDomain = Schemas["CheckedDomain"];
export type CheckedRecord = Schemas["CheckedRecord"];
export type Centre = Schemas["PreferenceCentre"]["centre"];
export type DataRequest = Schemas["DataRequest"];
export type ContactBrowser = Schemas["ContactBrowser"];

export interface Provider {
  id: string;
  kind: string;
  enabled: boolean;
  options: Record<string, unknown>;
  secrets_set_at: string | null;
}

/** What every channel has; some have more, which goes back as it came. */
export interface ChannelSettings {
  providers: Provider[];
  streams: Partial<Record<StreamName, string[]>>;
  [more: string]: unknown;
}

export interface Channel {
  channel: ChannelName;
  rev: number;
  default: string | null;
  settings: ChannelSettings;
  kinds: ProviderKind[];
}

function channelOf(told: Schemas["Channel"]): Channel {
  const settings = told.settings as Partial<ChannelSettings>;
  return { ...told, channel: told.channel as ChannelName, settings: { ...settings, providers: settings.providers ?? [], streams: settings.streams ?? {} } };
}

export function useChannel(channel: ChannelName): UseQueryResult<Channel> {
  return useQuery({
    queryKey: keys.of("channels", channel),
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => channelOf(await body(api.GET("/api/v1/channels/{channel}", { params: { path: { channel } }, signal }))),
  });
}

/** Saves a channel's settings over the revision that was read. */
export const useSaveChannel = (channel: ChannelName) =>
  useChange(["channels", "warm-up", "text-senders", "text-length", "deliverability"], ({ settings, rev }: { settings: ChannelSettings; rev: number }) => body(api.PUT("/api/v1/channels/{channel}", { params: { path: { channel } }, body: { settings, rev } })));

export const useSetSecrets = (channel: ChannelName) =>
  useChange(["channels"], ({ provider, secrets }: { provider: string; secrets: Record<string, string> }) =>
    body(api.PUT("/api/v1/channels/{channel}/providers/{provider}/secrets", { params: { path: { channel, provider } }, body: { secrets } })),
  );

export const useTestProvider = (channel: ChannelName) =>
  useChange([], ({ provider, to }: { provider: string; to: string }) => body(api.POST("/api/v1/channels/{channel}/providers/{provider}/test", { params: { path: { channel, provider } }, body: { to } })));

const STATE_MS = 30_000;

export function useProviderStates(channel: ChannelName, enabled: boolean): UseQueryResult<ProviderState[]> {
  return useQuery({
    queryKey: keys.of("channels", channel, "state"),
    enabled,
    refetchInterval: STATE_MS,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/channels/{channel}/state", { params: { path: { channel } }, signal }))).items,
  });
}

export function useSendingRules(): UseQueryResult<SendingRules> {
  return useQuery({ queryKey: keys.of("sending-rules"), refetchOnWindowFocus: false, queryFn: ({ signal }) => body(api.GET("/api/v1/workspace/sending", { signal })) });
}

export const useSaveSendingRules = () =>
  useChange(["sending-rules", "workspace"], (rules: SendingRules) => body(api.PUT("/api/v1/workspace/sending", { body: rules as Schemas["SendingRulesIn"] })));

export function useTextHours(): UseQueryResult<TextHours> {
  return useQuery({ queryKey: keys.of("text-hours"), staleTime: Infinity, queryFn: ({ signal }) => body(api.GET("/api/v1/workspace/sending/regions", { signal })) });
}

export function useTextLength(text: string, countries: readonly string[], purpose: StreamName): UseQueryResult<TextLength> {
  return useQuery({
    queryKey: keys.of("text-length", text, countries, purpose),
    enabled: text !== "",
    retry: false,
    gcTime: STATE_MS,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => body(api.POST("/api/v1/texts/length", { body: { text, countries: [...countries], purpose }, signal })),
  });
}

export function useTextSenders(enabled: boolean): UseQueryResult<TextSenders> {
  return useQuery({ queryKey: keys.of("text-senders"), enabled, queryFn: ({ signal }) => body(api.GET("/api/v1/texts/senders", { signal })) });
}

export const useMakePushKeys = () => useChange(["channels"], (asked: { subject: string; replace: boolean }) => body(api.POST("/api/v1/push/keys", { body: asked })));

export function useBrowsers(contact: string): UseQueryResult<ContactBrowser[]> {
  return useQuery({ queryKey: keys.of("browsers", contact), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/contacts/{contact}/browsers", { params: { path: { contact } }, signal }))).items });
}

export const useRemoveBrowser = (contact: string) =>
  useChange(["browsers"], (browser: string) => body(api.DELETE("/api/v1/contacts/{contact}/browsers/{browser}", { params: { path: { contact, browser } } })));

export function useDeliverability(): UseQueryResult<Deliverability> {
  return useQuery({ queryKey: keys.of("deliverability", "now"), refetchInterval: 60_000, queryFn: ({ signal }) => body(api.GET("/api/v1/deliverability", { signal })) });
}

export function useMailDays(days: number): UseQueryResult<MailDays> {
  return useQuery({ queryKey: keys.of("deliverability", "days", days), placeholderData: (before) => before, queryFn: ({ signal }) => body(api.GET("/api/v1/deliverability/days", { params: { query: { days } }, signal })) });
}

export function useWarmUps(): UseQueryResult<WarmUpProgress[]> {
  return useQuery({ queryKey: keys.of("warm-up"), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/deliverability/warm-up", { signal }))).items });
}

export const usePauseMarketing = () =>
  useChange(["deliverability"], (pause: boolean) => body(pause ? api.POST("/api/v1/deliverability/pause") : api.POST("/api/v1/deliverability/resume")));

export function useCheckedDomain(domain: string): UseQueryResult<CheckedDomain> {
  return useQuery({
    queryKey: keys.of("deliverability", "domain", domain),
    enabled: domain !== "",
    staleTime: 300_000,
    queryFn: ({ signal }) => body(api.GET("/api/v1/deliverability/domains/{domain}", { params: { path: { domain } }, signal })),
  });
}

export const useSendSeeds = () => useChange([], (workflow: string) => body(api.POST("/api/v1/workflows/{workflow}/seeds", { params: { path: { workflow } }, body: { version: 0 } })));

export function useCentre(): UseQueryResult<Schemas["PreferenceCentre"]> {
  return useQuery({ queryKey: keys.of("preference-centre"), refetchOnWindowFocus: false, queryFn: ({ signal }) => body(api.GET("/api/v1/preference-centre", { signal })) });
}

export const useSaveCentre = () => useChange(["preference-centre"], (told: { centre: Centre; rev: number }) => body(api.PUT("/api/v1/preference-centre", { body: told })));

export function useCentrePreview(centre: Centre, language: "en" | "de", page: "choices" | "confirm"): UseQueryResult<string> {
  return useQuery({
    queryKey: keys.of("centre-preview", centre, language, page),
    retry: false,
    gcTime: STATE_MS,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => (await body(api.POST("/api/v1/preference-centre/preview", { body: { centre, language, page }, signal }))).html,
  });
}

export function useDataRequests(enabled: boolean): PagedList<DataRequest> {
  return useCursorList(keys.of("data-requests"), (cursor, signal) => body(api.GET("/api/v1/data-requests", { params: { query: { cursor, limit: 50 } }, signal })), { enabled });
}

export const useCloseRequest = () =>
  useChange(["data-requests"], ({ request, outcome, note }: { request: string; outcome: "done" | "refused"; note: string }) =>
    body(api.POST("/api/v1/data-requests/{request}/close", { params: { path: { request } }, body: { outcome, note } })),
  );
