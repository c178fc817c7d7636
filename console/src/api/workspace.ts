import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "./client";
import { isRecord } from "./error";
import { keys } from "./queries";

export interface WorkspaceSummary {
  name: string;
  sender: string;
  timeZone: string;
  /** Whether everything is stopped. */
  stopped: boolean;
}

const MINUTE = 60_000;

/** The workspace's name and switches: what the shell shows. */
export function useWorkspace(): UseQueryResult<WorkspaceSummary> {
  return useQuery({
    queryKey: keys.of("workspace", "summary"),
    refetchInterval: MINUTE,
    queryFn: async ({ signal }): Promise<WorkspaceSummary> => {
      const said: unknown = await body(api.GET("/api/v1/workspace", { signal }));
      if (!isRecord(said)) throw new Error("GET /workspace is no object.");
      const text = (key: string): string => (typeof said[key] === "string" ? said[key] : "");
      return { name: text("name") || text("id"), sender: text("sender"), timeZone: text("time_zone"), stopped: said["stopped"] === true };
    },
  });
}
