/**
 * Saves the draft a moment after it changed, one request at a time, and never loses anything: a copy is kept on this
 * device until the server has it, a refusal because somebody else was faster is told with both versions at hand.
 */
import { sameGraph } from "../model/document";
import type { Graph } from "../model/types";

/** A draft as the server has it. */
export interface Held {
  readonly graph: Graph;
  readonly rev: number;
  readonly at: string;
  readonly by: string;
}

/** What is not saved yet, and the draft that it started from. */
export interface Unsaved {
  readonly graph: Graph;
  readonly base: Graph;
  readonly rev: number;
}

export type Failure = "conflict" | "offline" | "refused";

export interface Ports {
  /** Throws whatever `why` understands. */
  readonly put: (graph: Graph, rev: number) => Promise<Held>;
  readonly read: () => Promise<Held>;
  readonly why: (fault: unknown) => { readonly kind: Failure; readonly message: string };
  /** Keeps what is not saved yet on this device; null forgets it. */
  readonly keep: (unsaved: Unsaved | null) => void;
  readonly tell: (state: SaveState) => void;
}

export type SaveState =
  | { readonly kind: "saved"; readonly at: string }
  | { readonly kind: "dirty" }
  | { readonly kind: "saving" }
  | { readonly kind: "offline" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "conflict"; readonly base: Graph; readonly theirs: Held };

export const SAVE_DELAY_MS = 1_000;
export const OFFLINE_RETRY_MS = 5_000;

export class Saver {
  #held: Held;
  #now: Graph;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running = false;
  /** What was sent without an answer: the server may have it all the same. */
  #lost: Graph[] = [];
  #state: SaveState;

  constructor(
    held: Held,
    private readonly ports: Ports,
  ) {
    this.#held = held;
    this.#now = held.graph;
    this.#state = { kind: "saved", at: held.at };
  }

  get state(): SaveState {
    return this.#state;
  }

  /** What the server has, as far as we know. */
  get held(): Held {
    return this.#held;
  }

  get unsaved(): boolean {
    return this.#state.kind !== "saved";
  }

  /** The graph as it is now. */
  changed(graph: Graph): void {
    this.#now = graph;
    if (this.#state.kind === "conflict") {
      this.ports.keep({ graph, base: this.#held.graph, rev: this.#held.rev });
      return;
    }
    if (sameGraph(graph, this.#held.graph)) {
      this.#stop();
      this.ports.keep(null);
      if (!this.#running) this.#tell({ kind: "saved", at: this.#held.at });
      return;
    }
    this.ports.keep({ graph, base: this.#held.graph, rev: this.#held.rev });
    if (!this.#running && this.#state.kind !== "offline") this.#tell({ kind: "dirty" });
    this.#later(SAVE_DELAY_MS);
  }

  /** Saves at once what is not saved. */
  async flush(): Promise<void> {
    this.#stop();
    if (this.#running || this.#state.kind === "conflict" || sameGraph(this.#now, this.#held.graph)) return;
    this.#running = true;
    const sent = this.#now;
    this.#tell({ kind: "saving" });
    try {
      const held = await this.ports.put(sent, this.#held.rev);
      this.#running = false;
      this.#lost = [];
      // What was sent is the base of the next change: the server's form of it may be written otherwise.
      this.#held = { ...held, graph: sent };
      this.changed(this.#now);
    } catch (fault) {
      this.#running = false;
      await this.#failed(fault, sent);
    }
  }

  async #failed(fault: unknown, sent: Graph): Promise<void> {
    const { kind, message } = this.ports.why(fault);
    if (kind === "conflict") {
      try {
        const theirs = await this.ports.read();
        // Our own request whose answer was lost, or somebody who saved without a change.
        const ours = [this.#now, this.#held.graph, ...this.#lost];
        if (ours.some((graph) => sameGraph(theirs.graph, graph))) {
          this.rebase(theirs);
          return;
        }
        this.#tell({ kind: "conflict", base: this.#held.graph, theirs });
        return;
      } catch (second) {
        this.#unreached(this.ports.why(second));
        return;
      }
    }
    if (kind === "offline") this.#lost.push(sent);
    this.#unreached({ kind, message });
  }

  #unreached({ kind, message }: { readonly kind: Failure; readonly message: string }): void {
    if (kind === "offline") {
      this.#tell({ kind: "offline" });
      this.#later(OFFLINE_RETRY_MS);
    } else this.#tell({ kind: "failed", message });
  }

  /** Goes on from another draft of the server's (theirs was taken, or is to be overwritten); saves what differs. */
  rebase(held: Held): void {
    this.#held = held;
    this.#state = { kind: "dirty" };
    this.changed(this.#now);
  }

  /** The last request will not be answered any more. */
  close(): void {
    this.#stop();
  }

  #later(ms: number): void {
    this.#stop();
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tell(state: SaveState): void {
    this.#state = state;
    this.ports.tell(state);
  }
}
