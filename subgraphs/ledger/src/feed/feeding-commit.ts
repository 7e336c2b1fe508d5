import type { Logger, Pool } from "@allfunds/platform";
import type { CommitListener } from "../engine/book-lane.ts";
import type { Submission, Verdict } from "../engine/decide-batch.ts";
import { GroupCommit } from "../engine/group-commit.ts";
import { PostgresBook } from "../engine/postgres-book.ts";
import type { BookId, PublishedEvent } from "../engine/recorded-event.ts";
import type { FeedTail } from "./feed-tail.ts";

/** Group commit that hands on what it has stored, so that the feed need not read it again. */
export class FeedingCommit extends GroupCommit {
  readonly #tail: FeedTail;

  constructor(pool: Pool, logger: Logger, onCommit: CommitListener, tail: FeedTail) {
    super((book) => new PostgresBook(pool, book), logger, onCommit);
    this.#tail = tail;
  }

  override async submit(book: BookId, submission: Submission): Promise<readonly Verdict[]> {
    const verdicts = await super.submit(book, submission);
    const events: PublishedEvent[] = [];
    for (const verdict of verdicts) {
      if (verdict.accepted && !verdict.replayed) events.push(...verdict.events);
    }
    this.#tail.committed(book, events);
    return verdicts;
  }
}
