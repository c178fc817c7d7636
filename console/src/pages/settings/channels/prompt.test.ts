import { expect, it } from "vitest";
import { PROMPT, promptSnippet } from "./prompt";

const said = (code: string): unknown => JSON.parse(code.replace(/^stepwell\.init\(/, "").replace(/\);$/, ""));

it("writes only what differs from the client's defaults", () => {
  expect(said(promptSnippet(PROMPT))).toEqual({ writeKey: "WRITE_KEY", push: {} });
  expect(said(promptSnippet({ ...PROMPT, after: 5, text: "May we?" }))).toEqual({ writeKey: "WRITE_KEY", push: { prompt: { after: 5, text: "May we?" } } });
  expect(said(promptSnippet({ ...PROMPT, on: false, after: 5 }))).toEqual({ writeKey: "WRITE_KEY", push: { prompt: false } });
});
