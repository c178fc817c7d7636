import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { isRecord } from "@/api/error";
import { keys } from "@/api/queries";

export const STEPS = ["sender", "message", "draw", "event", "publish"] as const;
export type StepName = (typeof STEPS)[number];

export interface RecentWorkflow {
  id: string;
  name: string;
  status: string;
  nodes: number;
  updatedAt: string | null;
  updatedBy: string;
}

export interface Overview {
  live: number;
  drafts: number;
  paused: number;
  templates: number;
  recent: RecentWorkflow[];
  done: Record<StepName, boolean>;
}

const MOST = 200;
const SHOWN = 6;

export function useOverview(): UseQueryResult<Overview> {
  return useQuery({
    queryKey: keys.of("workflows", "overview"),
    queryFn: async ({ signal }) => {
      const [workflows, templates, workspace] = await Promise.all([
        body(api.GET("/api/v1/workflows", { params: { query: { limit: MOST, sort: "updated_at", order: "desc" } }, signal })),
        body(api.GET("/api/v1/templates", { params: { query: { limit: MOST } }, signal })),
        body(api.GET("/api/v1/workspace", { signal })),
      ]);
      return overviewOf(items(workflows), items(templates).length, workspace, await hasKey(signal));
    },
  });
}

/** Whether events can arrive; viewers may not list write keys, and are not the ones who make them. */
async function hasKey(signal: AbortSignal): Promise<boolean> {
  try {
    return items(await body(api.GET("/api/v1/write-keys", { params: { query: { limit: 1 } }, signal }))).length > 0;
  } catch {
    return false;
  }
}

function items(listed: unknown): Record<string, unknown>[] {
  return isRecord(listed) && Array.isArray(listed["items"]) ? listed["items"].filter(isRecord) : [];
}

export function overviewOf(workflows: Record<string, unknown>[], templates: number, workspace: unknown, keyed: boolean): Overview {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const live = workflows.filter((one) => typeof one["live_version"] === "number" && one["status"] !== "paused");
  return {
    live: live.length,
    drafts: workflows.filter((one) => one["status"] === "draft").length,
    paused: workflows.filter((one) => one["status"] === "paused").length,
    templates,
    recent: workflows.slice(0, SHOWN).map((one) => ({
      id: text(one["id"]),
      name: text(one["name"]) || text(one["id"]),
      status: text(one["status"]),
      nodes: typeof one["nodes"] === "number" ? one["nodes"] : 0,
      updatedAt: text(one["updated_at"]) || null,
      updatedBy: text(one["updated_by"]),
    })),
    done: {
      sender: isRecord(workspace) && text(workspace["sender"]) !== "",
      message: templates > 0,
      draw: workflows.length > 0,
      event: keyed,
      publish: workflows.some((one) => typeof one["live_version"] === "number"),
    },
  };
}
