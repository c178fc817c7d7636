/** A server by hand for tests of pages: answers by method and path, and what it was asked. */
export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
}

/** What is answered, or a function that says so. */
export type Answer = unknown;

/** A refusal as the API writes it. */
export class Refused {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly message: string,
    readonly details: unknown = {},
  ) {}
}

/** Takes the place of `fetch`; answers are named `GET /contacts/p1`. Returns all that was asked; give it a test's own answers. */
export function serve(answers: Record<string, Answer>): Asked[] {
  const asked: Asked[] = [];
  globalThis.fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input instanceof Request ? input : new Request(input);
    const url = new URL(request.url);
    const text = await request.text();
    const one: Asked = { method: request.method, path: url.pathname.replace("/api/v1", ""), query: Object.fromEntries(url.searchParams), body: text === "" ? null : (JSON.parse(text) as unknown) };
    asked.push(one);
    const answer = answers[`${one.method} ${decodeURIComponent(one.path)}`];
    const said: unknown = await (typeof answer === "function" ? (answer as (asked: Asked) => unknown)(one) : answer);
    if (said instanceof Refused) return Response.json({ code: said.code, message: said.message, details: said.details }, { status: said.status });
    if (said === undefined) return Response.json({ code: "no_route", message: `The test answers no ${one.method} ${one.path}.` }, { status: 404 });
    return Response.json(said);
  };
  return asked;
}
