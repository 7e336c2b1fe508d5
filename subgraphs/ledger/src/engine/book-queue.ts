import { AppError } from "@allfunds/contract/errors";
import { DatabaseSilent, isConnectionFailure } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { activeTraceparent } from "@allfunds/platform/telemetry";
import type { BookId, PublishedEvent } from "./book.ts";
import { BookBatch, type Claim, type Waiting } from "./book-batch.ts";
import type { BookState } from "./book-state.ts";
import type { Submission, Verdict } from "./decide.ts";
import { isFenceFailure, isLostRace, isRepeatedKey, isTenantFenceFailure } from "./log-sql.ts";
import type { BookStore, LockedBook } from "./postgres-book.ts";
import type { Model } from "./slice.ts";

const MAX_BATCH_COMMANDS = 500;
/** One that is being stored and one behind it, whose appends the server takes meanwhile. */
const MOST_SENT = 2;
/** So many commands are worth deciding on their own while a batch is being stored. */
const WORTH_DECIDING = 10;
/** After losing a race for the book to another instance: lock before deciding, for so long. */
const CONTESTED_MS = 1_000;
/** After a client repeated a request: look every key up before deciding, for so long. */
const REPEATS_MS = 10_000;
const RETRY_LIMIT_MS = 15_000;
const LONGEST_BACKOFF_MS = 1_000;
/** A corrupt book is looked at again after so long: an operator may have mended it. */
const LOOK_AGAIN_MS = 5_000;

/** Called after each commit that moved a book, with what was added. */
export type CommitListener = (
  book: BookId,
  position: number,
  events: readonly PublishedEvent[],
) => void;

export interface QueueOptions {
  readonly model: Model;
  readonly book: BookId;
  readonly store: BookStore;
  readonly logger: Logger;
  readonly onCommit: CommitListener;
  /** What tenants decide for all their books is to be read again. */
  readonly onTenantMoved: () => void;
  /** Called once when the book was found not to be what its log led to. */
  readonly onCorrupt: (book: BookId) => void;
}

/**
 * The commands of one book on their way. While one batch is being stored, the next is decided on the
 * state the first will leave, and sent behind it; it is stored only after the first, and decided anew when
 * the first fails. There is no timer: the time a batch gathers is the time the commits before it take.
 */
export class BookQueue {
  readonly #options: QueueOptions;
  #waiting: Waiting[] = [];
  #waitingCommands = 0;
  #running: Promise<void> | undefined;
  /** The book as it was after the last commit known here; undefined when that has to be read first. */
  #settled: BookState | undefined;
  #open: BookBatch | undefined;
  /** What the database has not answered yet, in the order in which it was sent. */
  readonly #sent: BookBatch[] = [];
  #contestedUntil = 0;
  #repeatsUntil = 0;
  #enoughWaits: (() => void) | undefined;
  /** Why the book takes no writes, and until when that is answered without another look. */
  #corrupt: { readonly error: AppError; readonly until: number } | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get waitingCommands(): number {
    return this.#waitingCommands;
  }

  /** How many rows of the book it holds in memory. */
  get size(): number {
    return this.#settled?.size ?? 0;
  }

  /** Settles when the queue has nothing left to do; undefined when it has nothing to do. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Another commit of this instance moved the book: what is decided next follows it with the locks taken first. */
  movedElsewhere(): void {
    this.#contestedUntil = performance.now() + CONTESTED_MS;
  }

  submit(submission: Submission): Promise<readonly Verdict[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ submission, resolve, reject, traceparent: activeTraceparent() });
      this.#waitingCommands += submission.envelopes.length;
      if (this.#waitingCommands >= WORTH_DECIDING) this.#enoughWaits?.();
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // What was submitted in the same turn belongs into the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#open !== undefined || this.#sent.length > 0) {
      await this.#advance();
    }
    this.#running = undefined;
  }

  /** One step: what was answered comes first, then what can be sent, then what can be decided. */
  async #advance(): Promise<void> {
    const [first] = this.#sent;
    if (first?.outcome !== undefined) return this.#settle(first);
    if (performance.now() < this.#contestedUntil) {
      return first === undefined ? this.#storeLocked(this.#openOrTaken(), []) : first.stored;
    }
    if (this.#settled === undefined) {
      return first === undefined ? this.#openBook() : first.stored;
    }
    if (this.#open !== undefined && this.#maySend(this.#open)) return this.#send(this.#open);
    if (first === undefined || this.#isWorthDeciding) return this.#decideMore(this.#settled);
    return this.#storedOrEnough(first);
  }

  /** Reads the book. One that is not what its log led to takes no writes. */
  async #openBook(): Promise<void> {
    if (this.#corrupt !== undefined && performance.now() < this.#corrupt.until) {
      return rejectEach(this.#openOrTaken(), this.#corrupt.error);
    }
    try {
      this.#settled = await this.#options.store.open(undefined);
    } catch (error) {
      if (error instanceof AppError) this.#refuseWrites(error);
      // With the lock it is tried again and again, for a bounded time.
      else await this.#storeLocked(this.#openOrTaken(), []);
    }
  }

  #refuseWrites(error: AppError): void {
    const { book } = this.#options;
    if (this.#corrupt === undefined) this.#options.onCorrupt(book);
    this.#corrupt = { error, until: performance.now() + LOOK_AGAIN_MS };
    rejectEach(this.#openOrTaken(), error);
  }

  /**
   * Behind another batch it is sent when it is large enough, and nothing waits for a connection. Refusals
   * alone are not: they hold for a book that is not being changed.
   */
  #maySend(batch: BookBatch): boolean {
    const last = this.#sent.at(-1);
    if (last === undefined) return true;
    if (this.#sent.length >= MOST_SENT || this.#options.store.isBusy) return false;
    return last.mayBeFollowed && batch.moved && this.#isLargeEnough(batch);
  }

  async #send(batch: BookBatch): Promise<void> {
    this.#open = undefined;
    await batch.send();
    this.#sent.push(batch);
  }

  /**
   * Half of everything under way, so that with a steady number of clients equal parts take turns: one is
   * decided while the other is stored.
   */
  get #share(): number {
    const batches = this.#open === undefined ? this.#sent : [...this.#sent, this.#open];
    const underWay = batches.reduce((sum, { commands }) => sum + commands, this.#waitingCommands);
    const half = Math.ceil(underWay / 2);
    return half < WORTH_DECIDING ? MAX_BATCH_COMMANDS : Math.min(half, MAX_BATCH_COMMANDS);
  }

  /** Then it is brought into its final form while others are being stored. */
  #isLargeEnough({ commands }: BookBatch): boolean {
    return commands >= this.#share;
  }

  get #isWorthDeciding(): boolean {
    return this.#waitingCommands >= WORTH_DECIDING && this.#hasCapacity;
  }

  /** True when the next submission fits into the open batch; alone in a batch, any fits. */
  get #hasCapacity(): boolean {
    const size = this.#waiting[0]?.submission.envelopes.length ?? 1;
    if (this.#open === undefined) return true;
    return !this.#open.isPrepared && this.#open.commands + size <= MAX_BATCH_COMMANDS;
  }

  /** Waits for the batch that is being stored, or until there is something to do meanwhile. */
  async #storedOrEnough(storing: BookBatch): Promise<void> {
    const last = this.#sent.at(-1);
    const begins = last === undefined || last.hasBegun ? [] : [last.begun];
    const enough = new Promise<void>((resolve) => {
      this.#enoughWaits = () => {
        if (!this.#isWorthDeciding) return;
        this.#enoughWaits = undefined;
        resolve();
      };
    });
    await Promise.race([storing.stored, enough, ...begins]);
    this.#enoughWaits = undefined;
  }

  async #decideMore(settled: BookState): Promise<void> {
    const { model, book, store } = this.#options;
    this.#open ??= new BookBatch({
      model,
      book,
      store,
      settled,
      before: this.#sent.at(-1),
      takesKeysForNew: performance.now() >= this.#repeatsUntil,
    });
    const batch = this.#open;
    try {
      await batch.decide(this.#take(this.#share - batch.commands, batch.commands));
      if (batch.metRepeats) this.#expectRepeats();
      if (this.#isLargeEnough(batch)) await batch.prepare();
    } catch (error) {
      this.#options.logger.warn({ err: error, book }, "a batch could not be decided ahead");
      for (let first = this.#sent[0]; first !== undefined; first = this.#sent[0]) {
        await first.stored;
        await this.#settle(first);
      }
      await this.#storeLocked(this.#openOrTaken(), []);
    }
  }

  /** The first batch that was sent is stored: its verdicts hold. Or it is not, and nothing decided on it counts. */
  async #settle(first: BookBatch): Promise<void> {
    if (first.outcome?.stored !== true) return this.#recover(first);
    this.#sent.shift();
    const settled = first.keep();
    (this.#sent[0] ?? this.#open)?.rebase(settled);
    this.#committed(first, settled);
    // What is ready leaves before its answers bring clients back, who take their time.
    if (this.#open?.isPrepared === true && this.#maySend(this.#open)) await this.#send(this.#open);
    first.resolve();
  }

  #committed({ moved, recorded }: BookBatch, settled: BookState): void {
    if (moved) this.#options.onCommit(this.#options.book, settled.head.position, recorded);
  }

  /** Everything sent is taken up again in order, once the database has answered all of it. */
  async #recover({ outcome }: BookBatch): Promise<void> {
    const failed = this.#sent.splice(0);
    this.#takeBackOpen();
    const error = outcome?.stored === false ? outcome.error : undefined;
    if (isFenceFailure(error)) this.#contestedUntil = performance.now() + CONTESTED_MS;
    if (isTenantFenceFailure(error)) this.#options.onTenantMoved();
    if (isRepeatedKey(error)) this.#expectRepeats();
    else
      this.#options.logger.warn({ err: error, book: this.#options.book }, "a batch is tried again");
    for (const batch of failed) {
      await batch.stored;
      await this.#storeLocked(batch.waiting, batch.claims);
    }
  }

  #expectRepeats(): void {
    this.#repeatsUntil = performance.now() + REPEATS_MS;
  }

  /** What was decided on a state that does not count waits again. */
  #takeBackOpen(): void {
    if (this.#open === undefined) return;
    this.#waiting = [...this.#open.waiting, ...this.#waiting];
    this.#waitingCommands += this.#open.commands;
    this.#open = undefined;
  }

  #openOrTaken(): readonly Waiting[] {
    this.#takeBackOpen();
    return this.#take(MAX_BATCH_COMMANDS, 0);
  }

  /**
   * The same path with one batch in flight and the book's locks taken first: after a failure, and while
   * another instance writes the same book. Settles every promise of the batch.
   */
  async #storeLocked(waiting: readonly Waiting[], claims: readonly Claim[]): Promise<void> {
    const { book, store, logger } = this.#options;
    const places = [...claims];
    const giveUpAt = performance.now() + RETRY_LIMIT_MS;
    for (let failures = 0; waiting.length > 0; failures += 1) {
      const known = this.#settled;
      this.#settled = undefined;
      try {
        const done = await store.lock((locked) =>
          this.#decideLocked(locked, known, waiting, places),
        );
        this.#settled = done.batch?.keep() ?? done.state;
        if (done.batch !== undefined) this.#committed(done.batch, this.#settled);
        done.resolve();
        return;
      } catch (error) {
        if (isTenantFenceFailure(error)) this.#options.onTenantMoved();
        if (!isWorthRetrying(error)) return this.#isolate(waiting, places, error);
        // A silent server was waited for already.
        if (performance.now() > giveUpAt || error instanceof DatabaseSilent)
          return rejectEach(waiting, toPublicFailure(error));
        logger.warn({ err: error, failures, book }, "a batch is tried again");
        const backoffMs = Math.min(20 * 2 ** failures, LONGEST_BACKOFF_MS);
        await new Promise((resolve) => setTimeout(resolve, backoffMs));
      }
    }
  }

  async #decideLocked(
    locked: LockedBook,
    known: BookState | undefined,
    waiting: readonly Waiting[],
    claims: Claim[],
  ): Promise<LockedOutcome> {
    const { model, book } = this.#options;
    const state = await locked.open(known);
    const stored = await locked.findPlace(claims);
    if (stored !== undefined) {
      // An earlier attempt arrived: its verdicts hold, and followers find its events in the log.
      this.#options.onCommit(book, state.head.position, []);
      const resolve = (): void =>
        waiting.forEach((each, index) => each.resolve(stored.verdicts[index] ?? []));
      return { state, batch: undefined, resolve };
    }
    const batch = new BookBatch({
      model,
      book,
      store: locked,
      settled: state,
      before: undefined,
      takesKeysForNew: false,
    });
    await batch.decide(waiting);
    claims.push(...batch.claims);
    await batch.send();
    await batch.stored;
    if (batch.outcome?.stored === false) throw batch.outcome.error;
    return { state, batch, resolve: () => batch.resolve() };
  }

  /** The database refused the batch: each submission gets a try of its own, so that only the culprit fails. */
  async #isolate(
    waiting: readonly Waiting[],
    claims: readonly Claim[],
    error: unknown,
  ): Promise<void> {
    const [only, ...others] = waiting;
    if (error instanceof AppError) return rejectEach(waiting, error);
    if (only !== undefined && others.length === 0) {
      const { constraint } = error as { constraint?: string };
      const refusal = this.#options.model.constraints.get(constraint ?? "")?.();
      if (refusal === undefined) only.reject(error);
      else only.resolve(only.submission.envelopes.map(() => ({ accepted: false, refusal })));
      return;
    }
    for (const [index, each] of waiting.entries()) {
      const own = claims.map((claim) => ({ ...claim, verdicts: [claim.verdicts[index] ?? []] }));
      await this.#storeLocked([each], own);
    }
  }

  /** So many or a few more, while they fit beside those already taken; alone in a batch, any fits. */
  #take(wanted: number, beside: number): Waiting[] {
    let commands = 0;
    let count = 0;
    for (const { submission } of this.#waiting) {
      const size = submission.envelopes.length;
      const together = beside + commands;
      if (commands >= wanted || (together > 0 && together + size > MAX_BATCH_COMMANDS)) break;
      commands += size;
      count += 1;
    }
    this.#waitingCommands -= commands;
    return this.#waiting.splice(0, count);
  }
}

interface LockedOutcome {
  readonly state: BookState;
  readonly batch: BookBatch | undefined;
  readonly resolve: () => void;
}

function rejectEach(waiting: readonly Waiting[], error: unknown): void {
  for (const { reject } of waiting) reject(error);
}

/** Lost connections, lost races: before such a batch is decided again, its claims are looked at. */
const isWorthRetrying = (error: unknown): boolean =>
  isConnectionFailure(error) || isLostRace(error);

/** What a caller sees of a failure of the database. */
export const toPublicFailure = (error: unknown): unknown =>
  isConnectionFailure(error)
    ? new AppError(
        "UPSTREAM_TIMEOUT",
        "The books do not answer, and the write may have been stored. Repeat the request with the same idempotency key.",
        { cause: error, retryAfterSeconds: 1 },
      )
    : error;
