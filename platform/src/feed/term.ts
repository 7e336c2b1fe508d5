import type { Grant } from "../auth/client-credentials.ts";

// What setTimeout can count to.
const LONGEST_MS = 2 ** 31 - 1;
// However short tokens live, the ledger is not asked more often.
const SHORTEST_MS = 250;

/** How long one subscription may last: until its token is to be replaced, or the follower stops. */
export class Term {
  readonly signal: AbortSignal;
  readonly #renewal = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(grant: Grant | undefined, stop: AbortSignal) {
    this.signal = AbortSignal.any([stop, this.#renewal.signal]);
    if (grant === undefined) return;
    const lastsMs = Math.min(Math.max(grant.renewInMs, SHORTEST_MS), LONGEST_MS);
    this.#timer = setTimeout(() => this.#renewal.abort(), lastsMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
