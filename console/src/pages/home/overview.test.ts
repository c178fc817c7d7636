import { expect, it } from "vitest";
import { overviewOf } from "./overview";

it("counts what is live and ticks what the workspace has", () => {
  const found = overviewOf(
    [
      { id: "a", name: "A", status: "active", live_version: 2, nodes: 4, updated_at: "2026-03-02T09:00:00Z", updated_by: "x@y.z" },
      { id: "b", status: "draft", live_version: null },
      { id: "c", status: "paused", live_version: 1 },
    ],
    3,
    { sender: "" },
    false,
  );
  expect([found.live, found.drafts, found.paused, found.templates]).toEqual([1, 1, 1, 3]);
  expect(found.recent[1]).toMatchObject({ id: "b", name: "b", nodes: 0, updatedAt: null });
  expect(found.done).toEqual({ sender: false, message: true, draw: true, event: false, publish: true });
});
