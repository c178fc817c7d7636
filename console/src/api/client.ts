import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, errorOf } from "./error";
import type { paths } from "./openapi";

/** Gives the access token; null: nobody is signed in. `fresh` asks for a new one, after the server refused the old. */
export type TokenSource = (fresh: boolean) => Promise<string | null>;

let tokens: TokenSource = () => Promise.resolve(null);
let refused: () => void = () => undefined;

/** Told once by the session: where tokens come from, and what to do when even a fresh one is refused. */
export function connectSession(source: TokenSource, onRefused: () => void): void {
  tokens = source;
  refused = onRefused;
}

async function send(request: Request): Promise<Response> {
  // A body can be read once, so the copy for the second try is taken first.
  const again = request.clone();
  const first = await attempt(request, false);
  if (first.status !== 401) return first;
  const second = await attempt(again, true);
  if (second.status === 401) refused();
  return second;
}

async function attempt(request: Request, fresh: boolean): Promise<Response> {
  const token = await tokens(fresh);
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "no_connection", "");
  }
}

const failures: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return;
    throw errorOf(response.status, await response.clone().json().catch(() => null));
  },
};

/** The deployment's own API. Paths, parameters and replies are typed by its OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: typeof location === "undefined" ? "http://localhost" : location.origin,
  fetch: send,
  querySerializer: { array: { style: "form", explode: true } },
});
api.use(failures);

/** Takes the body out of a reply: `await body(api.GET("/api/v1/workflows", …))`. Failures were thrown as ApiError. */
export async function body<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined && response.status !== 204) {
    throw new ApiError(response.status, "no_body", "");
  }
  return data as T;
}
