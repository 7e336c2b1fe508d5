import { LruCache } from "../cache/lru-cache.ts";
import type { TicketStore } from "./ticket-store.ts";

const MOST_TICKETS = 10_000;

interface Kept {
  readonly sealed: string;
  readonly untilMs: number;
}

/** Tickets of this process alone: they are good at the replica that made them. */
export class MemoryTicketStore implements TicketStore {
  readonly #kept = new LruCache<string, Kept>(MOST_TICKETS);

  async put(id: string, sealed: string, seconds: number): Promise<boolean> {
    this.#kept.set(id, { sealed, untilMs: performance.now() + seconds * 1000 });
    return true;
  }

  async take(id: string): Promise<string | undefined> {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    return kept !== undefined && kept.untilMs > performance.now() ? kept.sealed : undefined;
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
}
