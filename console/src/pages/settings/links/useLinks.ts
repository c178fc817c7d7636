import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import { linksOf, type LinkRules } from "./rules";

/** How the workspace treats links of e-mails; a message may say otherwise. */
export function useLinks(): UseQueryResult<{ rules: LinkRules; rev: number }> {
  return useQuery({
    queryKey: keys.of("links"),
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => {
      const { settings, rev } = await body(api.GET("/api/v1/workspace/links", { signal }));
      return { rules: linksOf(settings), rev };
    },
  });
}
