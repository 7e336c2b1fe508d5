import { AppError, type Logger } from "@allfunds/platform";
import { BookLane, type CommitListener } from "./book-lane.ts";
import type { BookStore } from "./book-store.ts";
import type { Submission, Verdict } from "./decide-batch.ts";
import type { BookId } from "./recorded-event.ts";

const MAX_WAITING_COMMANDS = 50_000;
const MAX_IDLE_LANES = 1_000;

/** Group commit: each book has a lane; what arrives while a commit runs goes into the next one together. */
export class GroupCommit {
  readonly #storeOf: (book: BookId) => BookStore;
  readonly #logger: Logger;
  readonly #onCommit: CommitListener;
  readonly #lanes = new Map<string, BookLane>();

  constructor(storeOf: (book: BookId) => BookStore, logger: Logger, onCommit: CommitListener) {
    this.#storeOf = storeOf;
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
    const known = this.#lanes.get(name);
    if (known?.running !== undefined) return known;
    if (known === undefined) this.#forgetIdleLanes();
    const lane = known ?? this.#open(book);
    // Put in anew, so that those which have been idle longest come first.
    this.#lanes.delete(name);
    this.#lanes.set(name, lane);
    return lane;
  }

  #open(book: BookId): BookLane {
    const [logger, onCommit] = [this.#logger, this.#onCommit];
    return new BookLane({ book, store: this.#storeOf(book), logger, onCommit });
  }

  #forgetIdleLanes(): void {
    for (const [name, lane] of this.#lanes) {
      if (this.#lanes.size < MAX_IDLE_LANES) return;
      if (lane.running === undefined) this.#lanes.delete(name);
    }
  }
}
