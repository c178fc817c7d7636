import { describe, expect, it } from "vitest";
import { setDetails } from "../model/edits";
import { CATALOGUE, WELCOME } from "../testing/graphs";
import { createBuilder } from "./store";

describe("what is selected", () => {
  it("stays the same object when a change leaves it alone", () => {
    const store = createBuilder({ graph: WELCOME, catalogue: CATALOGUE });
    store.getState().do.select(["hello"], ["signed_up.next"]);
    const before = store.getState();
    store.getState().do.run(setDetails({ name: "Another name" }), { label: "details" });
    expect(store.getState().graph).not.toBe(before.graph);
    expect(store.getState().selected).toBe(before.selected);
    expect(store.getState().selectedWays).toBe(before.selectedWays);
  });
});
