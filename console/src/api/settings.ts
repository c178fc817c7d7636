import { useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys } from "./queries";

type Schemas = components["schemas"];
export type Workspace = Schemas["Workspace"];
export type WorkspaceChange = Schemas["WorkspaceIn"];
export type SendingIdentity = Schemas["SendingIdentity"];
export type DnsRecord = Schemas["DnsRecord"];
export type NodeType = Schemas["NodeType"];

/** A change on the server, after which everything of these topics is asked again. */
export function useChange<V = void, R = unknown>(topics: readonly string[], send: (values: V) => Promise<R>): UseMutationResult<R, Error, V> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => Promise.all(topics.map((topic) => client.invalidateQueries({ queryKey: keys.of(topic) }))),
  });
}

/** All of the workspace's settings. */
export function useWorkspaceSettings(): UseQueryResult<Workspace> {
  return useQuery({ queryKey: keys.of("workspace", "settings"), queryFn: ({ signal }) => body(api.GET("/api/v1/workspace", { signal })) });
}

export const useSaveWorkspace = () => useChange(["workspace"], (change: WorkspaceChange) => body(api.PUT("/api/v1/workspace", { body: change })));

export const useSaveAllowlist = () =>
  useChange(["workspace"], (allowlist: string[] | null) => body(api.PUT("/api/v1/workspace/allowlist", { body: { allowlist } })));

export const useStopSwitch = () => useChange(["workspace"], (stopped: boolean) => body(api.PUT("/api/v1/workspace/stop", { body: { stopped } })));

const RECHECK_MS = 60_000;

/** Domains and addresses to send from; asked again every minute while one waits for its DNS records. */
export function useSendingIdentities(): UseQueryResult<SendingIdentity[]> {
  return useQuery<SendingIdentity[]>({
    queryKey: keys.of("identities"),
    refetchInterval: (query) => (query.state.data?.some((one) => !one.verified) ? RECHECK_MS : false),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/sending-identities", { signal }))).items,
  });
}

export const useAddIdentity = () => useChange(["identities"], (identity: string) => body(api.POST("/api/v1/sending-identities", { body: { identity } })));

export const useRemoveIdentity = () =>
  useChange(["identities"], (identity: string) => body(api.DELETE("/api/v1/sending-identities/{identity}", { params: { path: { identity } } })));

export const useSetMailFrom = () =>
  useChange(["identities"], ({ identity, label }: { identity: string; label: string }) =>
    body(api.PUT("/api/v1/sending-identities/{identity}/mail-from", { params: { path: { identity } }, body: { label } })),
  );

/** Asks the provider for the state as of now. */
export function useCheckIdentity() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (identity: string) => body(api.GET("/api/v1/sending-identities/{identity}", { params: { path: { identity } } })),
    onSuccess: (found) =>
      client.setQueryData<SendingIdentity[]>(keys.of("identities"), (before) => before?.map((one) => (one.identity === found.identity ? found : one))),
  });
}

/** Every kind of step, and whether this deployment can do it. */
export function useNodeTypes(): UseQueryResult<NodeType[]> {
  return useQuery({ queryKey: keys.of("nodes", "types"), staleTime: Infinity, queryFn: async ({ signal }) => (await body(api.GET("/api/v1/nodes", { signal }))).items });
}
