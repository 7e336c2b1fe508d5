import { AppError, isConnectionFailure, type Logger, type Pool } from "@allfunds/platform";
import { FenceError } from "./append-events.ts";
import type { BookState } from "./book-state.ts";
import { refusalOfConstraint } from "./constraint-errors.ts";
import type { Submission, Verdict } from "./decide-batch.ts";
import { processBatch } from "./process-batch.ts";
import type { BookId } from "./recorded-event.ts";

const MAX_BATCH_COMMANDS = 500;
const MAX_WAITING_COMMANDS = 50_000;
const MAX_REMEMBERED_ACCOUNTS = 200_000;
const MAX_IDLE_LANES = 1_000;
const RETRY_LIMIT_MS = 15_000;

/** Called after each commit that moved a book. */
export type CommitListener = (book: BookId, position: number) => void;

interface Waiting {
  readonly submission: Submission;
  readonly resolve: (verdicts: readonly Verdict[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly book: BookId;
  waiting: Waiting[];
  waitingCommands: number;
  running: Promise<void> | undefined;
  remembered: BookState | undefined;
}

/**
 * Group commit: each book has a lane; what arrives while a commit runs goes into the next one together.
 * There is no timer: the time a batch gathers is the time the commit before it takes.
 */
export class GroupCommit {
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #onCommit: CommitListener;
  readonly #lanes = new Map<string, Lane>();

  constructor(pool: Pool, logger: Logger, onCommit: CommitListener) {
    this.#pool = pool;
    this.#logger = logger;
    this.#onCommit = onCommit;
  }

  /** One verdict per command, once everything accepted is durable. */
  submit(book: BookId, submission: Submission): Promise<readonly Verdict[]> {
    const lane = this.#laneOf(book);
    const size = submission.envelopes.length;
    if (lane.waitingCommands + size > MAX_WAITING_COMMANDS) {
      const busy = "The book has more work waiting than it can take; try again shortly.";
      return Promise.reject(new AppError("UPSTREAM_UNAVAILABLE", busy));
    }
    return new Promise((resolve, reject) => {
      lane.waiting.push({ submission, resolve, reject });
      lane.waitingCommands += size;
      lane.running ??= this.#run(lane);
    });
  }

  /** Resolves when everything submitted so far has its verdict. */
  async drain(): Promise<void> {
    for (const { running } of this.#lanes.values()) await running;
  }

  async #run(lane: Lane): Promise<void> {
    // What was submitted in the same turn belongs into the first batch.
    await Promise.resolve();
    while (lane.waiting.length > 0) {
      await this.#commit(lane, takeBatch(lane), false);
    }
    lane.running = undefined;
    this.#forgetIdleLanes();
  }

  async #commit(lane: Lane, batch: readonly Waiting[], outcomeUnknown: boolean): Promise<void> {
    try {
      const verdicts = await this.#process(lane, batch, outcomeUnknown);
      batch.forEach(({ resolve }, index) => resolve(verdicts[index] ?? []));
    } catch (error) {
      lane.remembered = undefined;
      await this.#commitOneByOne(lane, batch, error);
    }
  }

  /** The database refused the batch: each submission gets a try of its own, so that only the culprit fails. */
  async #commitOneByOne(lane: Lane, batch: readonly Waiting[], error: unknown): Promise<void> {
    const [only, ...others] = batch;
    if (only !== undefined && others.length === 0) {
      const refusal = refusalOfConstraint(error);
      if (refusal === undefined) only.reject(error);
      else only.resolve(only.submission.envelopes.map(() => ({ accepted: false, refusal })));
      return;
    }
    if (error instanceof AppError) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const waiting of batch) await this.#commit(lane, [waiting], true);
  }

  async #process(
    lane: Lane,
    batch: readonly Waiting[],
    outcomeUnknown: boolean,
  ): Promise<readonly (readonly Verdict[])[]> {
    const submissions = batch.map(({ submission }) => submission);
    const giveUpAt = Date.now() + RETRY_LIMIT_MS;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { remembered } = lane;
        const options = { remembered, outcomeUnknown: outcomeUnknown || attempt > 0 };
        const done = await processBatch(this.#pool, lane.book, submissions, options);
        const { accountCount, head } = done.state;
        lane.remembered = accountCount > MAX_REMEMBERED_ACCOUNTS ? undefined : done.state;
        if (done.recorded.length > 0) this.#onCommit(lane.book, head.position);
        return done.verdicts;
      } catch (error) {
        lane.remembered = undefined;
        if (!isWorthRetrying(error) || Date.now() > giveUpAt) throw toPublicFailure(error);
        this.#logger.warn({ err: error, attempt, book: lane.book }, "a batch is tried again");
        await new Promise((resolve) => setTimeout(resolve, Math.min(20 * 2 ** attempt, 1_000)));
      }
    }
  }

  #laneOf(book: BookId): Lane {
    const name = `${book.tenantId}/${book.bookId}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { book, waiting: [], waitingCommands: 0, running: undefined, remembered: undefined };
    }
    // Re-inserting keeps the map in order of last use.
    this.#lanes.delete(name);
    this.#lanes.set(name, lane);
    return lane;
  }

  #forgetIdleLanes(): void {
    for (const [name, lane] of this.#lanes) {
      if (this.#lanes.size <= MAX_IDLE_LANES) return;
      if (lane.running === undefined) this.#lanes.delete(name);
    }
  }
}

function takeBatch(lane: Lane): Waiting[] {
  let commands = 0;
  let count = 0;
  for (const { submission } of lane.waiting) {
    if (count > 0 && commands + submission.envelopes.length > MAX_BATCH_COMMANDS) break;
    commands += submission.envelopes.length;
    count += 1;
  }
  lane.waitingCommands -= commands;
  return lane.waiting.splice(0, count);
}

const RETRIED_STATES = new Set(["40001", "40P01"]);

/** Lost connections, lost races: every key is looked up before such a batch is decided again. */
function isWorthRetrying(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return (
    error instanceof FenceError ||
    isConnectionFailure(error) ||
    (code !== undefined && RETRIED_STATES.has(code)) ||
    constraint === "book_pkey" ||
    constraint === "event_command_key"
  );
}

const toPublicFailure = (error: unknown): unknown =>
  isConnectionFailure(error)
    ? new AppError(
        "UPSTREAM_UNAVAILABLE",
        "The books cannot be reached; repeat the request with the same idempotency key.",
        { cause: error },
      )
    : error;
