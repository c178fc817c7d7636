import { beforeEach, expect, it, vi } from "vitest";
import type { Config } from "@/api/config";
import { cognitoAuth } from "./cognito";
import { poolOf } from "./pool";
import { TokenKeeper, keepTokens, readTokens, tokensOf } from "./tokens";

const config = { region: "eu-central-1", userPoolId: "eu-central-1_Pool", clientId: "client", cognitoEndpoint: null, federation: null } as Config;
type Said = Record<string, unknown>;
const BEGUN: Said = { ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: { USER_ID_FOR_SRP: "u1", SALT: "ab12", SRP_B: "9f".repeat(300), SECRET_BLOCK: btoa("block") }, Session: "s0" };
const DONE: Said = { AuthenticationResult: { AccessToken: "access", RefreshToken: "refresh", IdToken: "", ExpiresIn: 3600 } };

/** A pool that gives its answers one after the other and notes what it was asked. */
function pool(...answers: (Said | Error)[]) {
  const asked: [string, Said][] = [];
  return {
    asked,
    ask: (operation: string, parameters: Said): Promise<Said> => {
      asked.push([operation, parameters]);
      const answer = answers.shift() ?? {};
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}
const refused = (name: string, message = "No."): Error => Object.assign(new Error(message), { name });

beforeEach(() => sessionStorage.clear());

it("signs in by a proof; the password itself is never sent", async () => {
  const { ask, asked } = pool(BEGUN, DONE);
  expect(await cognitoAuth(config, ask).signIn("ann@example.com", "Secret-password-1")).toEqual({ kind: "done" });
  expect(asked.map(([operation]) => operation)).toEqual(["InitiateAuth", "RespondToAuthChallenge"]);
  expect(JSON.stringify(asked)).not.toContain("Secret-password-1");
  expect(asked[1]?.[1]).toMatchObject({ ChallengeName: "PASSWORD_VERIFIER", Session: "s0", ChallengeResponses: { USERNAME: "u1" } });
  expect(readTokens()).toMatchObject({ access: "access", refresh: "refresh", email: "ann@example.com" });
});

it("asks for a code again after a wrong one, in the same sign-in", async () => {
  const { ask, asked } = pool(BEGUN, { ChallengeName: "SOFTWARE_TOKEN_MFA", Session: "s1" }, refused("CodeMismatchException"), DONE);
  const auth = cognitoAuth(config, ask);
  expect(await auth.signIn("a@b.example", "x")).toEqual({ kind: "code" });
  await expect(auth.answerCode("000000")).rejects.toMatchObject({ refusal: "wrong_code" });
  expect(await auth.answerCode("123456")).toEqual({ kind: "done" });
  expect(asked[3]?.[1]).toMatchObject({ Session: "s1", ChallengeResponses: { USERNAME: "u1", SOFTWARE_TOKEN_MFA_CODE: "123456" } });
});

it("tells a code that was good once from one that came too late, and takes the next", async () => {
  const used = refused("ExpiredCodeException", "Your software token has already been used once.");
  const { ask } = pool(BEGUN, { ChallengeName: "SOFTWARE_TOKEN_MFA", Session: "s1" }, used, DONE);
  const auth = cognitoAuth(config, ask);
  await auth.signIn("a@b.example", "x");
  await expect(auth.answerCode("123456")).rejects.toMatchObject({ refusal: "used_code" });
  expect(await auth.answerCode("654321")).toEqual({ kind: "done" });
});

it("sets a second factor up where the pool asks for one, and takes a new password", async () => {
  const { ask, asked } = pool(
    BEGUN,
    { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "s1" },
    { ChallengeName: "MFA_SETUP", Session: "s2" },
    { SecretCode: "ABCD", Session: "s3" },
    { Status: "SUCCESS", Session: "s4" },
    DONE,
  );
  const auth = cognitoAuth(config, ask);
  expect(await auth.signIn("a@b.example", "x")).toEqual({ kind: "new_password" });
  expect(await auth.answerNewPassword("Another-secret-1")).toMatchObject({ kind: "set_up", factor: { secret: "ABCD", uri: expect.stringMatching(/^otpauth:\/\/totp\/Stepwell.*secret=ABCD/) as string } });
  expect(await auth.answerCode("123456")).toEqual({ kind: "done" });
  expect(asked.slice(4).map(([operation, { Session }]) => [operation, Session])).toEqual([
    ["VerifySoftwareToken", "s3"],
    ["RespondToAuthChallenge", "s4"],
  ]);
});

it("says that a password must be reset", async () => {
  expect(await cognitoAuth(config, pool(BEGUN, refused("PasswordResetRequiredException")).ask).signIn("a@b.example", "x")).toEqual({ kind: "reset_password" });
});

it("signs out here at once, and at Cognito as well as it can", async () => {
  keepTokens({ access: "a", refresh: "r", email: "", until: Date.now() + 9e6, federated: false });
  const { ask, asked } = pool(refused("TypeError"));
  await cognitoAuth(config, ask).signOut();
  expect(readTokens()).toBeNull();
  expect(asked).toEqual([["RevokeToken", { ClientId: "client", Token: "r" }]]);
});

it("ends a federated session at the pool too", async () => {
  const go = vi.fn();
  keepTokens({ access: "a", refresh: "r", email: "", until: Date.now() + 9e6, federated: true });
  await cognitoAuth({ ...config, federation: { domain: "acme.auth.example", providers: [] } }, pool().ask, go).signOut();
  expect(go.mock.calls[0]?.[0]).toMatch(/^https:\/\/acme\.auth\.example\/logout\?client_id=client&logout_uri=/);
});

it("renews a token shortly before its end, once for many who ask", async () => {
  const { ask, asked } = pool({ AuthenticationResult: { AccessToken: "new", ExpiresIn: 3600 } });
  keepTokens({ access: "old", refresh: "r", email: "a@b.example", until: 100_000, federated: false });
  const keeper = new TokenKeeper(ask, "client", () => 50_000);
  expect(await Promise.all([keeper.access(false), keeper.access(false), keeper.access(true)])).toEqual(["new", "new", "new"]);
  expect(asked).toHaveLength(1);
  expect(readTokens()).toMatchObject({ access: "new", refresh: "r", email: "a@b.example", until: 3_650_000 });
});

it("forgets a sign-in that Cognito ended, and keeps one whose line is broken", async () => {
  const kept = { access: "old", refresh: "r", email: "", until: 100_000, federated: false };
  keepTokens(kept);
  expect(await new TokenKeeper(pool(refused("TypeError")).ask, "client", () => 50_000).access(false)).toBe("old");
  await expect(new TokenKeeper(pool(refused("TypeError")).ask, "client", () => 200_000).access(false)).rejects.toThrow();
  expect(readTokens()).toEqual(kept);
  await expect(new TokenKeeper(pool(refused("NotAuthorizedException")).ask, "client", () => 200_000).access(false)).rejects.toThrow();
  expect(readTokens()).toBeNull();
});

it("reads nothing from a storage that somebody else wrote", () => {
  sessionStorage.setItem("stepwell.tokens", "{]");
  expect(readTokens()).toBeNull();
  expect(() => tokensOf({}, 0)).toThrow();
});

it("speaks to the region's address, and names errors as Cognito does", async () => {
  const send = vi.spyOn(globalThis, "fetch").mockResolvedValue(Response.json({ __type: "com.amazonaws#CodeMismatchException", message: "Wrong." }, { status: 400 }));
  await expect(poolOf(config)("InitiateAuth", {})).rejects.toMatchObject({ name: "CodeMismatchException", message: "Wrong." });
  expect(send.mock.calls[0]?.[0]).toBe("https://cognito-idp.eu-central-1.amazonaws.com/");
});
