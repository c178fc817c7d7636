import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { change, renameNode } from "../model/edits";
import type { Graph } from "../model/types";
import { WELCOME } from "../testing/graphs";
import { type Held, type Failure, OFFLINE_RETRY_MS, SAVE_DELAY_MS, Saver, type SaveState } from "./saver";

class Refused extends Error {
  constructor(readonly kind: Failure) {
    super(kind);
  }
}

/** The server's part: refuses a stale rev as the real one does. */
class Server {
  held: Held = { graph: WELCOME, rev: 3, at: "10:00", by: "me" };
  puts = 0;
  fault: Failure | null = null;
  states: SaveState[] = [];
  local: Graph | null = null;

  saver(): Saver {
    return new Saver(this.held, {
      put: (graph, rev) => {
        this.puts += 1;
        if (this.fault !== null) return Promise.reject(new Refused(this.fault));
        if (rev !== this.held.rev) return Promise.reject(new Refused("conflict"));
        this.held = { graph, rev: rev + 1, at: `10:0${this.puts}`, by: "me" };
        return Promise.resolve(this.held);
      },
      read: () => Promise.resolve(this.held),
      why: (fault) => ({ kind: fault instanceof Refused ? fault.kind : "refused", message: String(fault) }),
      keep: (unsaved) => {
        this.local = unsaved?.graph ?? null;
      },
      tell: (state) => this.states.push(state),
    });
  }
}

const named = (name: string, graph = WELCOME): Graph => change(graph, renameNode("hello", name)).graph;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("saving", () => {
  it("waits for a pause, sends once, and says when", async () => {
    const server = new Server();
    const saver = server.saver();
    saver.changed(named("A"));
    await pass(SAVE_DELAY_MS - 100);
    saver.changed(named("AB"));
    await pass(SAVE_DELAY_MS - 100);
    expect(server.puts).toBe(0);
    expect(server.local).not.toBeNull();
    await pass(200);
    expect(server.puts).toBe(1);
    expect(saver.state).toEqual({ kind: "saved", at: "10:01" });
    expect(server.local).toBeNull();
  });

  it("sends what changed meanwhile afterwards, with the new rev", async () => {
    const server = new Server();
    const saver = server.saver();
    saver.changed(named("A"));
    const first = saver.flush();
    saver.changed(named("B"));
    await first;
    await pass(SAVE_DELAY_MS);
    expect(server.held.rev).toBe(5);
    expect(server.held.graph.nodes[1]?.name).toBe("B");
  });

  it("sends nothing when everything was undone", async () => {
    const server = new Server();
    const saver = server.saver();
    saver.changed(named("A"));
    saver.changed(WELCOME);
    await pass(SAVE_DELAY_MS * 2);
    expect(server.puts).toBe(0);
    expect(saver.unsaved).toBe(false);
  });

  it("keeps the draft while offline and tries again", async () => {
    const server = new Server();
    const saver = server.saver();
    server.fault = "offline";
    saver.changed(named("A"));
    await pass(SAVE_DELAY_MS);
    expect(saver.state.kind).toBe("offline");
    expect(server.local?.nodes[1]?.name).toBe("A");
    server.fault = null;
    await pass(OFFLINE_RETRY_MS);
    expect(saver.state.kind).toBe("saved");
  });

  it("tells a conflict with both versions, and goes on from either", async () => {
    const server = new Server();
    const saver = server.saver();
    server.held = { graph: named("Theirs"), rev: 4, at: "10:00", by: "Bo" };
    saver.changed(named("Mine"));
    await pass(SAVE_DELAY_MS);
    expect(saver.state).toMatchObject({ kind: "conflict", theirs: { by: "Bo" } });
    saver.changed(named("Mine still"));
    await pass(SAVE_DELAY_MS * 5);
    expect(server.held.graph.nodes[1]?.name).toBe("Theirs");
    expect(server.local?.nodes[1]?.name).toBe("Mine still");
    saver.rebase(server.held);
    await pass(SAVE_DELAY_MS);
    expect(server.held).toMatchObject({ rev: 5 });
    expect(server.held.graph.nodes[1]?.name).toBe("Mine still");
  });

  it("is no conflict when they saved the same", async () => {
    const server = new Server();
    const saver = server.saver();
    server.held = { graph: named("Same"), rev: 9, at: "10:07", by: "me" };
    saver.changed(named("Same"));
    await pass(SAVE_DELAY_MS);
    expect(saver.state).toEqual({ kind: "saved", at: "10:07" });
  });

  it("is no conflict when the answer to our own request was lost", async () => {
    const server = new Server();
    const saver = server.saver();
    server.fault = "offline";
    saver.changed(named("A"));
    await pass(SAVE_DELAY_MS);
    server.held = { graph: named("A"), rev: 4, at: "10:05", by: "me" };
    server.fault = null;
    saver.changed(named("AB"));
    await pass(SAVE_DELAY_MS * 3);
    expect(server.held).toMatchObject({ rev: 5 });
    expect(saver.state.kind).toBe("saved");
  });

  it("stops at a refusal until something changes", async () => {
    const server = new Server();
    const saver = server.saver();
    server.fault = "refused";
    saver.changed(named("A"));
    await pass(SAVE_DELAY_MS * 10);
    expect(server.puts).toBe(1);
    expect(saver.state.kind).toBe("failed");
    server.fault = null;
    saver.changed(named("B"));
    await pass(SAVE_DELAY_MS);
    expect(saver.state.kind).toBe("saved");
  });
});
