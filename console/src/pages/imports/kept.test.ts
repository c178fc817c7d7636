import { expect, it } from "vitest";
import { readChoice, startWith } from "./kept";

it("begins with the list that a page asked for, and with none else", () => {
  startWith("job-1", "vips");
  startWith("job-2", "");
  expect([readChoice("job-1").options.segment, readChoice("job-2").options.segment]).toEqual(["vips", ""]);
});
