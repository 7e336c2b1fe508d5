import { AppError, type Logger, type Pool } from "@allfunds/platform";
import { BookLane, type CommitListener } from "./book-lane.ts";
import type { Submission, Verdict } from "./decide-batch.ts";
import type { BookId } from "./recorded-event.ts";

const MAX_WAITING_COMMANDS = 50_000;
const MAX_IDLE_LANES = 1_000;

/** Group commit: each book has a lane; what arrives while a commit runs goes into the next one together. */
export class GroupCommit {
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #onCommit: CommitListener;
  readonly #lanes = new Map<string, BookLane>();

  /** The pool's connections must take statements without waiting for the answers to earlier ones. */
  constructor(pool: Pool, logger: Logger, onCommit: CommitListener) {
    this.#pool = pool;
    this.#logger = logger;
    this.#onCommit = onCommit;
  }

  /** One verdict per command, once everything accepted is durable. */
  submit(book: BookId, submission: Submission): Promise<readonly Verdict[]> {
    const lane = this.#laneOf(book);
    if (lane.waitingCommands + submission.envelopes.length > MAX_WAITING_COMMANDS) {
      const busy = "The book has more work waiting than it can take; try again shortly.";
      return Promise.reject(new AppError("UPSTREAM_UNAVAILABLE", busy));
    }
    return lane.submit(submission);
  }

  /** Resolves when everything submitted so far has its verdict. */
  async drain(): Promise<void> {
    for (const { running } of this.#lanes.values()) await running;
  }

  #laneOf(book: BookId): BookLane {
    const name = `${book.tenantId}/${book.bookId}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      this.#forgetIdleLanes();
      const [pool, logger, onCommit] = [this.#pool, this.#logger, this.#onCommit];
      lane = new BookLane({ book, pool, logger, onCommit });
    }
    // Re-inserting keeps the map in order of last use.
    this.#lanes.delete(name);
    this.#lanes.set(name, lane);
    return lane;
  }

  #forgetIdleLanes(): void {
    for (const [name, lane] of this.#lanes) {
      if (this.#lanes.size < MAX_IDLE_LANES) return;
      if (lane.running === undefined) this.#lanes.delete(name);
    }
  }
}
