import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { isRecord } from "@/api/error";
import { keys } from "@/api/queries";
import { setPlatformTime } from "@/kit/useNow";
import { mayDo, roleOf, type Right, type Role } from "./roles";
import { useSession } from "./SessionContext";

export interface Me {
  tenant: string;
  /** Their name, or their address. */
  actor: string;
  email: string;
  role: Role;
  /** Whether this person must have a second factor and does not. */
  mustEnrol: boolean;
}

const ME = keys.of("me");

/** Who is signed in. */
export function useMeQuery(): UseQueryResult<Me> {
  const { auth } = useSession();
  return useQuery({
    queryKey: ME,
    staleTime: 300_000,
    queryFn: async (): Promise<Me> => {
      const said: unknown = await body(api.GET("/api/v1/me"));
      if (!isRecord(said)) throw new Error("GET /me is no object.");
      setPlatformTime(new Date(String(said["now"])));
      const role = roleOf(String(said["role"]));
      return { tenant: String(said["tenant"]), actor: nameOf(said), email: typeof said["email"] === "string" ? said["email"] : "", role, mustEnrol: await mustEnrol(said, role, auth.hasSecondFactor) };
    },
  });
}

function nameOf(said: Record<string, unknown>): string {
  return [said["name"], said["email"], said["actor"]].find((one): one is string => typeof one === "string" && one !== "") ?? "";
}

async function mustEnrol(said: Record<string, unknown>, role: Role, enrolled: () => Promise<boolean>): Promise<boolean> {
  const mfa = said["mfa"];
  if (isRecord(mfa)) return mfa["required"] === true && mfa["enrolled"] !== true;
  return role === "admin" && !(await enrolled());
}

export function useForgetMe(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ME });
}

/** The signed-in person; only below the shell, which waits for it. */
export function useMe(): Me {
  const { data } = useMeQuery();
  if (!data) throw new Error("useMe is only for pages inside the shell.");
  return data;
}

/** Whether the signed-in person may do something: `useMay("publish")`. The reason to show is `kit:may.<right>`. */
export function useMay(right: Right): boolean {
  const { data } = useMeQuery();
  return data !== undefined && mayDo(data.role, right);
}
