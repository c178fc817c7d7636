import type { Config } from "@/api/config";
import { isRecord } from "@/api/error";
import { authErrorOf, type Auth, type SecondFactor, type Step } from "./auth";
import { departure, farewell } from "./federated";
import { poolOf, textOf, type Pool } from "./pool";
import { Srp } from "./srp";
import { TokenKeeper, keepTokens, readTokens, tokensOf } from "./tokens";

const ISSUER = "Stepwell";
type Said = Record<string, unknown>;

/** Sign-in by Cognito: SRP, so that no password leaves the browser; TOTP; other identity providers by PKCE. */
export function cognitoAuth(config: Config, pool: Pool = poolOf(config), go: (address: string) => void = (address) => location.assign(address)): Auth {
  const signingIn = new SigningIn(config, pool);
  const keeper = new TokenKeeper(pool, config.clientId);
  const own = async (): Promise<string> => (await keeper.access(false)) ?? "";
  return {
    signIn: (email, password) => told(() => signingIn.begin(email, password)),
    answerCode: (code) => told(() => signingIn.answerCode(code)),
    answerNewPassword: (password) => told(() => signingIn.answer({ NEW_PASSWORD: password })),
    forgot: (email) => told(async () => {
        await pool("ForgotPassword", { ClientId: config.clientId, Username: email });
      }),
    resetPassword: (email, code, password) =>
      told(async () => {
        await pool("ConfirmForgotPassword", { ClientId: config.clientId, Username: email, ConfirmationCode: code, Password: password });
      }),
    signOut: async (everywhere = false) => {
      if (everywhere) await told(async () => pool("GlobalSignOut", { AccessToken: await own() }));
      const kept = readTokens();
      keepTokens(null);
      if (!kept) return;
      await told(() => pool("RevokeToken", { ClientId: config.clientId, Token: kept.refresh })).catch(() => undefined);
      const address = kept.federated ? farewell(config) : null;
      if (address) go(address);
    },
    token: (fresh) => keeper.access(fresh),
    beginSecondFactor: () => told(async () => factorOf(await pool("AssociateSoftwareToken", { AccessToken: await own() }), readTokens()?.email ?? "")),
    finishSecondFactor: (code) =>
      told(async () => {
        await pool("VerifySoftwareToken", { AccessToken: await own(), UserCode: code, FriendlyDeviceName: ISSUER });
        await pool("SetUserMFAPreference", { AccessToken: await own(), SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
      }),
    hasSecondFactor: () =>
      told(async () => {
        const factors = (await pool("GetUser", { AccessToken: await own() }))["UserMFASettingList"];
        return Array.isArray(factors) && factors.includes("SOFTWARE_TOKEN_MFA");
      }),
    signInWith: (provider, to) => told(async () => go(await departure(config, provider, to))),
  };
}

/** The steps from a password to tokens; what Cognito asks next is remembered between them. */
class SigningIn {
  #asked = { challenge: "", session: "", username: "" };

  constructor(
    private readonly config: Config,
    private readonly pool: Pool,
  ) {}

  async begin(email: string, password: string): Promise<Step> {
    const srp = new Srp();
    const said = await this.pool("InitiateAuth", { AuthFlow: "USER_SRP_AUTH", ClientId: this.config.clientId, AuthParameters: { USERNAME: email, SRP_A: srp.publicValue } });
    const given = isRecord(said["ChallengeParameters"]) ? said["ChallengeParameters"] : {};
    const challenge = { userId: textOf(given["USER_ID_FOR_SRP"]), salt: textOf(given["SALT"]), serverPublic: textOf(given["SRP_B"]), secretBlock: textOf(given["SECRET_BLOCK"]) };
    const proof = await srp.prove(this.config.userPoolId.split("_")[1] ?? "", password, challenge, new Date());
    this.#asked = { challenge: "PASSWORD_VERIFIER", session: textOf(said["Session"]), username: challenge.userId };
    return this.answer(
      { PASSWORD_CLAIM_SECRET_BLOCK: challenge.secretBlock, PASSWORD_CLAIM_SIGNATURE: proof.signature, TIMESTAMP: proof.timestamp },
      email,
    ).catch((error: unknown) => {
      if (error instanceof Error && error.name === "PasswordResetRequiredException") return { kind: "reset_password" } as const;
      throw error;
    });
  }

  async answerCode(code: string): Promise<Step> {
    if (this.#asked.challenge !== "MFA_SETUP") return this.answer({ SOFTWARE_TOKEN_MFA_CODE: code });
    const said = await this.pool("VerifySoftwareToken", { Session: this.#asked.session, UserCode: code, FriendlyDeviceName: ISSUER });
    this.#asked.session = textOf(said["Session"]);
    return this.answer({});
  }

  async answer(responses: Record<string, string>, email = ""): Promise<Step> {
    const { challenge, session, username } = this.#asked;
    const said = await this.pool("RespondToAuthChallenge", {
      ClientId: this.config.clientId,
      ChallengeName: challenge,
      ...(session ? { Session: session } : {}),
      ChallengeResponses: { USERNAME: username, ...responses },
    });
    return this.#next(said, email);
  }

  async #next(said: Said, email: string): Promise<Step> {
    if (isRecord(said["AuthenticationResult"])) {
      keepTokens(tokensOf(said["AuthenticationResult"], Date.now(), { email }));
      return { kind: "done" };
    }
    const challenge = textOf(said["ChallengeName"]);
    this.#asked = { ...this.#asked, challenge, session: textOf(said["Session"]) };
    switch (challenge) {
      case "SOFTWARE_TOKEN_MFA":
        return { kind: "code" };
      case "NEW_PASSWORD_REQUIRED":
        return { kind: "new_password" };
      case "MFA_SETUP": {
        const made = await this.pool("AssociateSoftwareToken", { Session: this.#asked.session });
        this.#asked.session = textOf(made["Session"]);
        return { kind: "set_up", factor: factorOf(made, email) };
      }
      default:
        throw new Error(challenge || "Cognito asks for nothing.");
    }
  }
}

function factorOf(made: Said, email: string): SecondFactor {
  const secret = textOf(made["SecretCode"]);
  const label = encodeURIComponent(email ? `${ISSUER}:${email}` : ISSUER);
  return { secret, uri: `otpauth://totp/${label}?${new URLSearchParams({ secret, issuer: ISSUER })}` };
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw authErrorOf(error);
  }
}
