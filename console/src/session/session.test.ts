import { expect, it, vi } from "vitest";
import { api, body } from "@/api/client";
import type { Config } from "@/api/config";
import { authErrorOf, type Auth } from "./auth";
import { mayDo } from "./roles";
import { safePath } from "./safePath";
import { Session } from "./session";

function auth(token: Auth["token"]): Auth {
  const no = (): Promise<never> => Promise.reject(new Error("not asked"));
  return { token, signIn: no, answerCode: no, answerNewPassword: no, forgot: no, resetPassword: no, signOut: () => Promise.resolve(), beginSecondFactor: no, finishSecondFactor: no, hasSecondFactor: no, signInWith: no };
}
const config = {} as Config;

it("asks for one new token when many requests are refused, and goes on", async () => {
  const asked = vi.fn((fresh: boolean) => Promise.resolve(fresh ? "new" : "old"));
  const session = new Session(auth(asked), config);
  session.entered();
  const send = vi.spyOn(globalThis, "fetch").mockImplementation((request) =>
    Promise.resolve((request as Request).headers.get("Authorization") === "Bearer new" ? Response.json({ role: "viewer" }) : Response.json({ code: "unauthenticated", message: "No." }, { status: 401 })),
  );
  await Promise.all([1, 2, 3].map(() => body(api.GET("/api/v1/me"))));
  expect(asked.mock.calls.filter(([fresh]) => fresh)).toHaveLength(1);
  expect(send).toHaveBeenCalledTimes(6);
  expect(session.state).toBe("signed_in");
});

it("expires above the page when no token is to be had, and throws nobody out who was never in", async () => {
  const session = new Session(auth(() => Promise.reject(new Error("revoked"))), config);
  await session.restore();
  expect(session.state).toBe("signed_out");
  session.entered();
  expect(await session.token(false)).toBeNull();
  expect(session.state).toBe("expired");
});

it("returns only to pages of ours", () => {
  expect(safePath("/workflows/a?tab=x#y")).toBe("/workflows/a?tab=x#y");
  for (const bad of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-in", undefined]) expect(safePath(bad)).toBe("/");
});

it("lets each role do what those before it may", () => {
  expect([mayDo("viewer", "edit"), mayDo("editor", "edit"), mayDo("editor", "publish"), mayDo("admin", "publish")]).toEqual([false, true, false, true]);
});

it("tells a wrong password from a session that ran out", () => {
  const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
  expect(authErrorOf(named("NotAuthorizedException", "Incorrect username or password.")).refusal).toBe("wrong_password");
  expect(authErrorOf(named("NotAuthorizedException", "Invalid session for the user.")).refusal).toBe("expired_code");
  expect(authErrorOf(named("CodeMismatchException", "x")).refusal).toBe("wrong_code");
});
