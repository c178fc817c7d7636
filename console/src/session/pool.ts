import { isRecord } from "@/api/error";
import type { Config } from "@/api/config";

export type Pool = (operation: string, parameters: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** The user pool's own interface: JSON over POST, the operation in a header, errors by name. */
export function poolOf(config: Config): Pool {
  const address = config.cognitoEndpoint ?? `https://cognito-idp.${config.region}.amazonaws.com`;
  return async (operation, parameters) => {
    const response = await fetch(`${address}/`, {
      method: "POST",
      headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}` },
      body: JSON.stringify(parameters),
      cache: "no-store",
      credentials: "omit",
    });
    const said: unknown = await response.json().catch(() => null);
    if (!response.ok) throw named(said, response.status);
    return isRecord(said) ? said : {};
  };
}

/** The error that Cognito told: `{"__type": "…#NotAuthorizedException", "message": "…"}`. */
function named(said: unknown, status: number): Error {
  const told = isRecord(said) ? said : {};
  const error = new Error(textOf(told["message"]) || textOf(told["Message"]) || `Cognito answered ${status}.`);
  error.name = textOf(told["__type"]).split("#").pop() || "Error";
  return error;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
