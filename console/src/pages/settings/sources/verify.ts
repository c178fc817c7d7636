/** Ways in which a provider proves that a call is its own: those that people need most come first. */
export const SCHEMES = ["hmac", "token", "github", "hubspot", "linkedin", "mailgun", "meta", "sendgrid", "sns", "standard", "twilio", "x"] as const;

export interface VerifyField {
  name: string;
  kind: "text" | "number" | "choice";
  choices?: readonly string[];
  start: string | number;
}

const text = (name: string, start = ""): VerifyField => ({ name, kind: "text", start });
const seconds = (start: number): VerifyField => ({ name: "max_age_s", kind: "number", start });

/** What each way asks for, with what is usual. */
export const FIELDS: Record<(typeof SCHEMES)[number], readonly VerifyField[]> = {
  hmac: [
    text("header", "X-Signature"),
    text("prefix"),
    { name: "algorithm", kind: "choice", choices: ["sha256", "sha1", "sha512"], start: "sha256" },
    { name: "encoding", kind: "choice", choices: ["hex", "base64"], start: "hex" },
    text("content", "{body}"),
    text("timestamp_header"),
    text("id_header"),
    seconds(300),
  ],
  token: [text("header", "Authorization"), text("prefix", "Bearer ")],
  github: [],
  hubspot: [],
  linkedin: [],
  mailgun: [seconds(32_400)],
  standard: [seconds(300)],
  meta: [text("verify_token")],
  sendgrid: [seconds(90_000)],
  sns: [text("topic_arn"), seconds(7_200)],
  twilio: [],
  x: [],
};

export type VerifyValues = Record<string, unknown>;

export function schemeOf(verify: VerifyValues): (typeof SCHEMES)[number] {
  return SCHEMES.find((one) => one === verify["scheme"]) ?? "hmac";
}

export function newVerify(scheme: (typeof SCHEMES)[number]): VerifyValues {
  return { scheme, ...Object.fromEntries(FIELDS[scheme].map(({ name, start }) => [name, start])) };
}

/** Whether the way has a secret: SNS signs with Amazon's certificate. */
export const hasSecret = (scheme: string): boolean => scheme !== "sns";
