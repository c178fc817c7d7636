import { describe, expect, it, vi } from "vitest";
import { CATALOGUE, WELCOME } from "../testing/graphs";
import { createBuilder } from "../store/store";
import { asked, reported } from "./selection";

describe("who selects", () => {
  it("takes what is clicked, and no echo of what the model asked for", () => {
    const store = createBuilder({ graph: WELCOME, catalogue: CATALOGUE });
    const take = vi.fn();
    asked(store, ["a"], 0);
    reported(store, [], 10, take);
    reported(store, ["a"], 20, take);
    expect(take).not.toHaveBeenCalled();
    reported(store, ["b"], 30, () => {
      take();
      asked(store, ["b"], 30);
    });
    reported(store, ["c"], 40, take);
    expect(take).toHaveBeenCalledTimes(2);
  });

  it("waits for no report that never comes", () => {
    const store = createBuilder({ graph: WELCOME, catalogue: CATALOGUE });
    const take = vi.fn();
    asked(store, ["a"], 0);
    reported(store, ["b"], 400, take);
    expect(take).toHaveBeenCalledOnce();
  });
});
