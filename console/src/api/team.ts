import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./openapi";
import { keys, useCursorList, type PagedList } from "./queries";
import { useChange } from "./settings";

export type TeamMember = components["schemas"]["TeamMember"];
export type RoleRight = components["schemas"]["RoleRight"];
export type AuditEntry = components["schemas"]["AuditEntry"];
export type RoleName = "viewer" | "editor" | "publisher" | "admin";

export function useTeam(): UseQueryResult<TeamMember[]> {
  return useQuery({ queryKey: keys.of("team", "people"), queryFn: async ({ signal }) => (await body(api.GET("/api/v1/team", { signal }))).items });
}

/** Everything that can be done, and the least role that may. */
export function useRoleRights(): UseQueryResult<RoleRight[]> {
  return useQuery({
    queryKey: keys.of("team", "rights"),
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/roles", { signal }))).items,
  });
}

export const useInvite = () => useChange(["team"], (person: { email: string; role: RoleName; name: string }) => body(api.POST("/api/v1/team", { body: person })));

export const useChangeMember = () =>
  useChange(["team"], ({ person, ...change }: { person: string; role?: RoleName; enabled?: boolean }) =>
    body(api.PUT("/api/v1/team/{person}", { params: { path: { person } }, body: change })),
  );

export const useRemoveMember = () => useChange(["team"], (person: string) => body(api.DELETE("/api/v1/team/{person}", { params: { path: { person } } })));

export const useInviteAgain = () =>
  useChange(["team"], (person: string) => body(api.POST("/api/v1/team/{person}/invite-again", { params: { path: { person } } })));

export const useResetSecondFactor = () =>
  useChange(["team"], (person: string) => body(api.POST("/api/v1/team/{person}/reset-second-factor", { params: { path: { person } } })));

export interface AuditFilters {
  actor: string;
  action: string;
  target: string;
  since: string;
  until: string;
}

export function useAudit(filters: AuditFilters): PagedList<AuditEntry> {
  return useCursorList(keys.of("audit", filters), (cursor, signal) => body(api.GET("/api/v1/audit", { params: { query: { ...filters, cursor } }, signal })));
}
