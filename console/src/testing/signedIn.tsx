import type { RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";
import type { Auth } from "@/session/auth";
import type { Role } from "@/session/roles";
import { Session } from "@/session/session";
import { SessionProvider } from "@/session/SessionContext";
import { show } from "./render";
import { serve, type Answer, type Asked } from "./server";

const auth = { hasSecondFactor: () => Promise.resolve(true), token: () => Promise.resolve("token") } as unknown as Auth;

/** Renders what a signed-in person sees, with a server that gives these answers; what was asked comes back. */
export async function signedIn(ui: ReactNode, answers: Record<string, Answer>, { path = "/", role = "editor" }: { path?: string; role?: Role } = {}): Promise<RenderResult & { asked: Asked[] }> {
  const me = { actor: "ann", email: "ann@x.org", name: "", tenant: "t", role, mfa: { required: false, enrolled: true } };
  const asked = serve({ "GET /me": me, ...answers });
  const shown = await show(<SessionProvider session={new Session(auth, {} as never)}>{ui}</SessionProvider>, { path });
  return Object.assign(shown, { asked });
}
