import { Amplify, ConsoleLogger, type AuthConfig } from "@aws-amplify/core";
import {
  confirmResetPassword,
  confirmSignIn,
  fetchAuthSession,
  fetchMFAPreference,
  resetPassword,
  setUpTOTP,
  signIn,
  signOut,
  updateMFAPreference,
  verifyTOTPSetup,
  type SignInOutput,
} from "@aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "@aws-amplify/auth/cognito";
import type { Config } from "@/api/config";
import { authErrorOf, type Auth, type SecondFactor, type Step } from "./auth";
import { tabStorage } from "./tabStorage";

const ISSUER = "Stepwell";

/** Sign-in by Cognito: SRP, so that no password leaves the browser; TOTP; other identity providers by PKCE. */
export async function cognitoAuth(config: Config): Promise<Auth> {
  const here = `${location.origin}/sign-in`;
  // Takes the code that an identity provider sends back; loaded only where there is one.
  if (config.federation) await import("@aws-amplify/auth/enable-oauth-listener");
  ConsoleLogger.LOG_LEVEL = "ERROR";
  const settings: AuthConfig = {
    Cognito: {
      userPoolId: config.userPoolId,
      userPoolClientId: config.clientId,
      ...(config.cognitoEndpoint ? { userPoolEndpoint: config.cognitoEndpoint } : {}),
      ...(config.federation
        ? {
            loginWith: {
              oauth: {
                domain: config.federation.domain,
                scopes: ["openid", "email", "aws.cognito.signin.user.admin"],
                redirectSignIn: [here],
                redirectSignOut: [here],
                responseType: "code",
              },
            },
          }
        : {}),
    },
  };
  // What `aws-amplify` does for its users; we take sign-in alone, a tenth of its size.
  cognitoUserPoolsTokenProvider.setAuthConfig(settings);
  cognitoUserPoolsTokenProvider.setKeyValueStorage(tabStorage());
  Amplify.configure({ Auth: settings }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });

  return {
    signIn: (username, password) => told(async () => stepOf(await begin(username, password), username)),
    answerCode: (code) => told(async () => stepOf(await confirmSignIn({ challengeResponse: code }))),
    answerNewPassword: (password) => told(async () => stepOf(await confirmSignIn({ challengeResponse: password }))),
    forgot: (username) => told(async () => {
        await resetPassword({ username });
      }),
    resetPassword: (username, confirmationCode, newPassword) =>
      told(() => confirmResetPassword({ username, confirmationCode, newPassword })),
    signOut: () => told(() => signOut()),
    token: async (fresh) => (await fetchAuthSession({ forceRefresh: fresh })).tokens?.accessToken.toString() ?? null,
    beginSecondFactor: () => told(async () => factorOf(await setUpTOTP(), await who())),
    finishSecondFactor: (code) =>
      told(async () => {
        await verifyTOTPSetup({ code });
        await updateMFAPreference({ totp: "PREFERRED" });
      }),
    hasSecondFactor: () => told(async () => ((await fetchMFAPreference()).enabled ?? []).includes("TOTP")),
    signInWith: (custom) =>
      told(async () => {
        const { signInWithRedirect } = await import("@aws-amplify/auth");
        await signInWithRedirect({ provider: { custom } });
      }),
  };
}

async function begin(username: string, password: string): Promise<SignInOutput> {
  try {
    return await signIn({ username, password });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "UserAlreadyAuthenticatedException") throw error;
    // A sign-in whose end the page did not see; who types a password wants a new one.
    await signOut();
    return signIn({ username, password });
  }
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw authErrorOf(error);
  }
}

function stepOf({ isSignedIn, nextStep }: SignInOutput, email = ""): Step {
  if (isSignedIn) return { kind: "done" };
  switch (nextStep.signInStep) {
    case "CONFIRM_SIGN_IN_WITH_TOTP_CODE":
      return { kind: "code" };
    case "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED":
      return { kind: "new_password" };
    case "RESET_PASSWORD":
      return { kind: "reset_password" };
    case "CONTINUE_SIGN_IN_WITH_TOTP_SETUP":
      return { kind: "set_up", factor: factorOf(nextStep.totpSetupDetails, email) };
    default:
      throw authErrorOf(new Error(nextStep.signInStep));
  }
}

type SetUp = Awaited<ReturnType<typeof setUpTOTP>>;

function factorOf(setUp: SetUp, email: string): SecondFactor {
  return { secret: setUp.sharedSecret, uri: setUp.getSetupUri(ISSUER, email || ISSUER).toString() };
}

async function who(): Promise<string> {
  const claims = (await fetchAuthSession()).tokens?.idToken?.payload;
  return typeof claims?.["email"] === "string" ? claims["email"] : "";
}
