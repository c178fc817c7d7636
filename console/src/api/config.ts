import { isRecord } from "./error";

/** What the deployment tells everybody (`/config.json`). */
export interface Config {
  region: string;
  userPoolId: string;
  clientId: string;
  /** Where Cognito is, when not at AWS's own address: the local cloud. */
  cognitoEndpoint: string | null;
  prefix: string;
  local: boolean;
  apiVersion: string;
  federation: Federation | null;
}

export interface Federation {
  /** Host of the pool's sign-in pages, without the scheme. */
  domain: string;
  providers: { name: string; label: string }[];
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch("/config.json", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`/config.json: ${response.status}`);
  return readConfig(await response.json());
}

export function readConfig(given: unknown): Config {
  if (!isRecord(given)) throw new Error("/config.json is no object.");
  const text = (name: string): string => {
    const value = given[name];
    if (typeof value !== "string") throw new Error(`/config.json lacks ${name}.`);
    return value;
  };
  return {
    region: text("region"),
    userPoolId: text("user_pool_id"),
    clientId: text("client_id"),
    cognitoEndpoint: typeof given["cognito_endpoint"] === "string" ? given["cognito_endpoint"] : null,
    prefix: text("prefix"),
    local: given["local"] === true,
    apiVersion: text("api_version"),
    federation: readFederation(given["federation"]),
  };
}

function readFederation(given: unknown): Federation | null {
  if (!isRecord(given) || typeof given["domain"] !== "string" || !Array.isArray(given["providers"])) return null;
  const providers = given["providers"].filter(isRecord).map((one) => ({
    name: String(one["name"]),
    label: String(one["label"] ?? one["name"]),
  }));
  return providers.length > 0 ? { domain: given["domain"], providers } : null;
}
