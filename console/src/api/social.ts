import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";

type Schemas = components["schemas"];
export type Account = Schemas["SocialAccount"];
export type App = Schemas["SocialApp"];
export type Platform = Account["platform"];
export type Post = Schemas["SocialPost"];
export type PostState = Post["state"];
export type Delivery = Schemas["PostDelivery"];
export type Medium = Schemas["SocialMedia"];
export type Preview = Schemas["PostPreview"];
export type Fault = Schemas["PostFault"];
export type Previews = Schemas["PostPreviews"];
export type Mention = Schemas["SocialMention"];
export type Alarms = Schemas["AccountAlarms"];
export type Pulse = Schemas["AccountPulse"];
export type Engagement = Schemas["SocialEngagement"];
export type Counts = Schemas["SocialCounts"];
export type Posted = Schemas["PostedPost"];
export type Worth = Schemas["HashtagWorth"];

export const PLATFORMS = ["twitter", "facebook", "linkedin", "instagram"] as const satisfies readonly Platform[];
export const POST_STATES = ["draft", "scheduled", "publishing", "published", "partly", "failed", "canceled"] as const satisfies readonly PostState[];
export const MENTION_STATES = ["open", "answered", "ignored", "escalated"] as const;
export type MentionState = (typeof MENTION_STATES)[number];

const TOPIC = "social";
const PAGE = 25;
const MINUTE = 60_000;
/** While a post is on its way, it is read again and again. */
const ON_ITS_WAY_MS = 2000;

// ---- accounts -----------------------------------------------------------------------------------------------

export function useAccounts(): UseQueryResult<Account[]> {
  return useQuery({ queryKey: keys.of(TOPIC, "accounts"), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/social/accounts", { signal }))).items });
}

export function useApps(): UseQueryResult<App[]> {
  return useQuery({ queryKey: keys.of(TOPIC, "apps"), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/social/apps", { signal }))).items });
}

function useChanged(...parts: readonly string[]): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.of(TOPIC, ...parts) });
}

export function useSaveApp(platform: Platform) {
  const changed = useChanged("apps");
  return useMutation({
    mutationFn: (app: { client_id: string; client_secret: string; address: string }) => body(api.PUT("/api/v1/social/apps/{platform}", { params: { path: { platform } }, body: app })),
    onSuccess: changed,
  });
}

/** Where networks send a person back to; the app at the network must allow it. */
export const callbackAddress = (): string => `${window.location.origin}/social/callback`;

/** Begins a connection, and leads to the network. */
export function useConnect() {
  return useMutation({
    mutationFn: (platform: Platform) => body(api.POST("/api/v1/social/accounts/connect", { body: { platform, redirect: callbackAddress() } })),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

/** Ends a connection with what the network sent back. */
export async function finishConnection(sent: { state: string; code: string; error: string }): Promise<Account[]> {
  return (await body(api.POST("/api/v1/social/callback", { body: sent }))).accounts;
}

export function useDisconnect() {
  const changed = useChanged();
  return useMutation({ mutationFn: (account: string) => body(api.DELETE("/api/v1/social/accounts/{account}", { params: { path: { account } } })), onSuccess: changed });
}

// ---- posts --------------------------------------------------------------------------------------------------

export interface PostFilters {
  q: string;
  state: string;
  platform: string;
  sort: string;
  order: string;
}

export function usePosts({ q, state, platform, sort, order }: PostFilters): PagedList<Post> {
  const query = {
    q,
    sort: sort as "at",
    order: order as "asc" | "desc",
    limit: PAGE,
    ...(state === "" ? {} : { state: state as PostState }),
    ...(platform === "" ? {} : { platform: platform as Platform }),
  };
  return useCursorList(keys.of(TOPIC, "posts", query), (cursor, signal) =>
    body(api.GET("/api/v1/social/posts", { params: { query: { ...query, ...(cursor === "" ? {} : { cursor }) } }, signal })),
  );
}

const moves = (post: Post | undefined): boolean => post?.state === "publishing" || (post?.deliveries.some((one) => one.state === "publishing" || one.state === "unknown") ?? false);

export function usePost(post: string): UseQueryResult<Post> {
  return useQuery<Post>({
    queryKey: keys.of(TOPIC, "post", post),
    enabled: post !== "",
    refetchInterval: ({ state }) => (moves(state.data) ? ON_ITS_WAY_MS : false),
    queryFn: ({ signal }) => body(api.GET("/api/v1/social/posts/{post}", { params: { path: { post } }, signal })),
  });
}

export type Override = Schemas["PostOverride"];
/** What is sent of a post. */
export interface Draft {
  text: string;
  link: string;
  media: Medium[];
  kind: "post" | "story" | "reel";
  target: Record<string, unknown>;
  overrides: Partial<Record<Platform, Override>>;
  accounts: string[];
  /** A time of `time_zone` (`2026-03-02T09:00`), or null: at once, or not at all. */
  at: string | null;
  times: Record<string, string>;
  time_zone: string;
  draft: boolean;
}

export function useSavePost() {
  const client = useQueryClient();
  const changed = useChanged("posts");
  return useMutation({
    mutationFn: ({ post, rev, draft }: { post: string; rev: number; draft: Draft }) =>
      post === ""
        ? body(api.POST("/api/v1/social/posts", { body: { ...draft, id: "" } }))
        : body(api.PUT("/api/v1/social/posts/{post}", { params: { path: { post } }, body: { ...draft, rev } })),
    onSuccess: async (saved) => {
      client.setQueryData(keys.of(TOPIC, "post", saved.id), saved);
      await changed();
    },
  });
}

export function usePostAction(action: "cancel" | "publish") {
  const client = useQueryClient();
  const changed = useChanged("posts");
  return useMutation({
    mutationFn: (post: string) => {
      const sent = { params: { path: { post } } };
      return body(action === "cancel" ? api.POST("/api/v1/social/posts/{post}/cancel", sent) : api.POST("/api/v1/social/posts/{post}/publish", sent));
    },
    onSuccess: async (saved) => {
      client.setQueryData(keys.of(TOPIC, "post", saved.id), saved);
      await changed();
    },
  });
}

/** What each network will show; the last answer stays while the next is made. */
export function usePreviews(content: Pick<Draft, "text" | "link" | "media" | "kind" | "target" | "overrides">, platforms: readonly Platform[]): UseQueryResult<Previews> {
  return useQuery<Previews>({
    queryKey: keys.of(TOPIC, "preview", content, platforms),
    retry: false,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => body(api.POST("/api/v1/social/preview", { body: { ...content, platforms: [...platforms], accounts: [] }, signal })),
  });
}

export function useSuggest() {
  return useMutation({ mutationFn: (asked: { text: string; account: string; platform: Platform | null }) => body(api.POST("/api/v1/social/hashtags/suggest", { body: asked })) });
}

// ---- what is said -------------------------------------------------------------------------------------------

export interface MentionFilters {
  state: string;
  platform: string;
  account: string;
  sentiment: string;
  kind: string;
}

export function useMentions({ state, platform, account, sentiment, kind }: MentionFilters): PagedList<Mention> {
  const query = { account, limit: PAGE, state: state as "", platform: platform as "", sentiment: sentiment as "", kind: kind as "" };
  return useCursorList(
    keys.of(TOPIC, "mentions", query),
    (cursor, signal) => body(api.GET("/api/v1/social/mentions", { params: { query: { ...query, cursor } }, signal })),
    { refetchInterval: MINUTE },
  );
}

const AWAITED = new Set(["wanted", "sending"]);

export function useMention(mention: string): UseQueryResult<Mention> {
  return useQuery<Mention>({
    queryKey: keys.of(TOPIC, "mention", mention),
    enabled: mention !== "",
    refetchInterval: ({ state }) => (AWAITED.has(state.data?.answer?.state ?? "") ? ON_ITS_WAY_MS : false),
    queryFn: ({ signal }) => body(api.GET("/api/v1/social/mentions/{mention}", { params: { path: { mention } }, signal })),
  });
}

function useMentionChanged(): (saved: Mention) => Promise<void> {
  const client = useQueryClient();
  const changed = useChanged("mentions");
  return async (saved) => {
    client.setQueryData(keys.of(TOPIC, "mention", saved.id), saved);
    await changed();
  };
}

export function useChangeMention() {
  const changed = useMentionChanged();
  return useMutation({
    mutationFn: ({ mention, ...change }: { mention: string; rev: number; state?: MentionState; assignee?: string }) =>
      body(api.PUT("/api/v1/social/mentions/{mention}", { params: { path: { mention } }, body: change })),
    onSuccess: changed,
  });
}

export function useAnswerMention() {
  const changed = useMentionChanged();
  return useMutation({
    mutationFn: ({ mention, rev, text }: { mention: string; rev: number; text: string }) => body(api.POST("/api/v1/social/mentions/{mention}/answer", { params: { path: { mention } }, body: { rev, text } })),
    onSuccess: changed,
  });
}

export function useAlarms(): UseQueryResult<Alarms[]> {
  return useQuery({ queryKey: keys.of(TOPIC, "alarms"), refetchInterval: MINUTE, queryFn: async ({ signal }) => (await body(api.GET("/api/v1/social/alerts", { signal }))).items });
}

/** The account that stands for all that are not connected. */
export const NOT_CONNECTED = "-";

export function usePulse(account: string, hours: number): UseQueryResult<Pulse> {
  return useQuery({
    queryKey: keys.of(TOPIC, "alarms", account, hours),
    enabled: account !== "",
    refetchInterval: MINUTE,
    queryFn: ({ signal }) => body(api.GET("/api/v1/social/alerts/{account}", { params: { path: { account }, query: { hours } }, signal })),
  });
}

export function useEndAlarm() {
  const changed = useChanged("alarms");
  return useMutation({ mutationFn: (account: string) => body(api.POST("/api/v1/social/alerts/{account}/end", { params: { path: { account } } })), onSuccess: changed });
}

// ---- what became of posts -----------------------------------------------------------------------------------

export interface EngagementFilters {
  days: number;
  account: string;
  platform: string;
}

export function useEngagement(filters: EngagementFilters): UseQueryResult<Engagement> {
  return useQuery({
    queryKey: keys.of(TOPIC, "engagement", filters),
    staleTime: MINUTE,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => body(api.GET("/api/v1/social/engagement", { params: { query: { ...filters, platform: filters.platform as "" } }, signal })),
  });
}

export function usePosted(filters: EngagementFilters & { sort: string }): PagedList<Posted> {
  return useCursorList(keys.of(TOPIC, "posted", filters), (cursor, signal) =>
    body(api.GET("/api/v1/social/engagement/posts", { params: { query: { ...filters, platform: filters.platform as "", sort: filters.sort as "at", limit: PAGE, cursor } }, signal })),
  );
}

export function useHashtags(account: string): UseQueryResult<Worth[]> {
  return useQuery({
    queryKey: keys.of(TOPIC, "hashtags", account),
    enabled: account !== "",
    staleTime: MINUTE,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/social/hashtags", { params: { query: { account } }, signal }))).items,
  });
}
