import { expect, it } from "vitest";
import { plain } from "./plain";

it("quotes names, and ends a question once", () => {
  expect(plain("unknown field `countri`: did you mean `country`?.")).toBe("unknown field “countri”: did you mean “country”?");
});
