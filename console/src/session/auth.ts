/** What sign-in needs from Cognito; tests give their own. */
export interface Auth {
  signIn: (email: string, password: string) => Promise<Step>;
  answerCode: (code: string) => Promise<Step>;
  answerNewPassword: (password: string) => Promise<Step>;
  /** Sends a code to the address. */
  forgot: (email: string) => Promise<void>;
  resetPassword: (email: string, code: string, password: string) => Promise<void>;
  /** `everywhere`: on all devices; their sign-ins end within the hour. */
  signOut: (everywhere?: boolean) => Promise<void>;
  /** The access token; null: nobody is signed in. `fresh`: a new one, whatever the old one's age. */
  token: (fresh: boolean) => Promise<string | null>;
  beginSecondFactor: () => Promise<SecondFactor>;
  finishSecondFactor: (code: string) => Promise<void>;
  hasSecondFactor: () => Promise<boolean>;
  /** Goes to the sign-in page of a company's identity provider; `to`: the page of ours to come back to. */
  signInWith: (provider: string, to: string) => Promise<void>;
}

/** What comes next in signing in. */
export type Step =
  | { kind: "done" }
  | { kind: "code" }
  | { kind: "new_password" }
  | { kind: "reset_password" }
  | { kind: "set_up"; factor: SecondFactor };

export interface SecondFactor {
  /** To type where a picture cannot be scanned. */
  secret: string;
  /** `otpauth://…`, what the picture says. */
  uri: string;
}

/** Why signing in did not work, by what the page tells. */
export type Refusal = "wrong_password" | "wrong_code" | "used_code" | "expired_code" | "weak_password" | "too_often" | "no_connection" | "disabled" | "provider" | "unknown";

export class AuthError extends Error {
  override readonly name = "AuthError";

  constructor(
    readonly refusal: Refusal,
    message = "",
  ) {
    super(message);
  }
}

const REFUSALS: Record<string, Refusal> = {
  NotAuthorizedException: "wrong_password",
  UserNotFoundException: "wrong_password",
  CodeMismatchException: "wrong_code",
  EnableSoftwareTokenMFAException: "wrong_code",
  ExpiredCodeException: "expired_code",
  InvalidPasswordException: "weak_password",
  LimitExceededException: "too_often",
  TooManyRequestsException: "too_often",
  TooManyFailedAttemptsException: "too_often",
  PasswordResetRequiredException: "expired_code",
  NetworkError: "no_connection",
  TypeError: "no_connection",
  // What identity providers and OAuth's endpoints say (RFC 6749, 4.1.2.1 and 5.2), and an answer to no question of ours.
  access_denied: "provider",
  invalid_request: "provider",
  invalid_grant: "provider",
  invalid_scope: "provider",
  unauthorized_client: "provider",
  server_error: "provider",
  temporarily_unavailable: "provider",
  StateMismatch: "provider",
};

export function authErrorOf(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  const name = error instanceof Error ? error.name : "";
  const message = error instanceof Error ? error.message : String(error);
  if (name === "NotAuthorizedException" && /disabled/i.test(message)) return new AuthError("disabled", message);
  // The same name stands for a code of a mail that is too old; a second factor's next code is good in the same sign-in.
  if (name === "ExpiredCodeException" && /already been used/i.test(message)) return new AuthError("used_code", message);
  // A session of three minutes that ran out is told by the same name as a wrong password.
  if (name === "NotAuthorizedException" && /session/i.test(message)) return new AuthError("expired_code", message);
  if (name === "NotAuthorizedException" && /attempts/i.test(message)) return new AuthError("too_often", message);
  return new AuthError(REFUSALS[name] ?? "unknown", message);
}
