/** The question that a page asks before the browser does; see the browser client's README. */
export interface Prompt {
  on: boolean;
  title: string;
  text: string;
  yes: string;
  no: string;
  /** Page views before it is asked. */
  after: number;
  /** Days of rest after a no. */
  again: number;
  /** How often it is asked at all. */
  times: number;
}

/** The client's own defaults: what equals them is not written. */
export const PROMPT: Prompt = { on: true, title: "", text: "", yes: "", no: "", after: 3, again: 30, times: 3 };

export function promptSnippet(prompt: Prompt): string {
  const said = Object.fromEntries(
    (["after", "again", "times", "title", "text", "yes", "no"] as const).flatMap((name) => (prompt[name] === PROMPT[name] || prompt[name] === "" ? [] : [[name, prompt[name]]])),
  );
  const push = prompt.on ? (Object.keys(said).length > 0 ? { prompt: said } : {}) : { prompt: false };
  return `stepwell.init(${JSON.stringify({ writeKey: "WRITE_KEY", push }, null, 2)});`;
}
