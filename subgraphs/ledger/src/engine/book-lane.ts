import type { Logger } from "@allfunds/platform";
import { isFenceFailure } from "./append-events.ts";
import { BatchAhead, type Waiting } from "./batch-ahead.ts";
import type { BookState } from "./book-state.ts";
import type { BookStore } from "./book-store.ts";
import type { Claim } from "./claim.ts";
import { commitCarefully } from "./commit-carefully.ts";
import type { Submission, Verdict } from "./decide-batch.ts";
import type { BookId } from "./recorded-event.ts";

const MAX_BATCH_COMMANDS = 500;
/** One that is being stored and one behind it, whose appends the server takes meanwhile. */
const MOST_SENT = 2;
const MAX_REMEMBERED_ACCOUNTS = 200_000;
/** So many commands are worth deciding on their own while a batch is being stored. */
const WORTH_DECIDING = 10;
/** After losing a race for the book to another instance: lock before deciding, for so long. */
const CONTESTED_MS = 1_000;

/** Called after each commit that moved a book. */
export type CommitListener = (book: BookId, position: number) => void;

export interface LaneOptions {
  readonly book: BookId;
  readonly store: BookStore;
  readonly logger: Logger;
  readonly onCommit: CommitListener;
}

/**
 * The commands of one book on their way. While one batch is being stored, the next is decided on the
 * state the first will leave, and sent behind it; it is stored only after the first, and decided anew when
 * the first fails. There is no timer: the time a batch gathers is the time the commits before it take.
 */
export class BookLane {
  readonly #options: LaneOptions;
  #waiting: Waiting[] = [];
  #waitingCommands = 0;
  #running: Promise<void> | undefined;
  /** The book as it was after the last commit known here; undefined when that has to be read first. */
  #settled: BookState | undefined;
  #open: BatchAhead | undefined;
  /** What the database has not answered yet, in the order in which it was sent. */
  readonly #sent: BatchAhead[] = [];
  #contestedUntil = 0;
  #enoughWaits: (() => void) | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get waitingCommands(): number {
    return this.#waitingCommands;
  }

  /** Settles when the lane has nothing left to do; undefined when it has nothing to do. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  submit(submission: Submission): Promise<readonly Verdict[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ submission, resolve, reject });
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
    if (this.#settled === undefined || Date.now() < this.#contestedUntil) {
      if (first !== undefined) return first.stored;
      return this.#commitCarefully(this.#openOrTaken(), []);
    }
    if (this.#open !== undefined && this.#maySend(this.#open)) return this.#send(this.#open);
    if (first === undefined) return this.#decideMore(this.#settled);
    if (this.#isWorthDeciding) return this.#decideMore(this.#settled);
    return this.#storedOrEnough(first);
  }

  /**
   * Behind another batch it is sent when it is large enough, and nobody waits for a connection. Refusals
   * alone are not: they hold for a book that nobody is changing.
   */
  #maySend(batch: BatchAhead): boolean {
    const last = this.#sent.at(-1);
    if (last === undefined) return true;
    if (this.#sent.length >= MOST_SENT || this.#options.store.isBusy) return false;
    return last.mayBeFollowed && batch.moved && this.#isLargeEnough(batch);
  }

  async #send(batch: BatchAhead): Promise<void> {
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
  #isLargeEnough({ commands }: BatchAhead): boolean {
    return commands >= this.#share;
  }

  get #isWorthDeciding(): boolean {
    return this.#waitingCommands >= WORTH_DECIDING && this.#hasRoom;
  }

  /** True when the next submission fits into the open batch; alone in a batch, any fits. */
  get #hasRoom(): boolean {
    const size = this.#waiting[0]?.submission.envelopes.length ?? 1;
    if (this.#open === undefined) return true;
    return !this.#open.isPrepared && this.#open.commands + size <= MAX_BATCH_COMMANDS;
  }

  /** Waits for the batch that is being stored, or until there is something to do meanwhile. */
  async #storedOrEnough(storing: BatchAhead): Promise<void> {
    const last = this.#sent.at(-1);
    const begins = last === undefined || last.hasBegun ? [] : [last.begun];
    const enough = new Promise<void>((resolve) => {
      this.#enoughWaits = () => {
        if (this.#isWorthDeciding) resolve();
      };
    });
    await Promise.race([storing.stored, enough, ...begins]);
    this.#enoughWaits = undefined;
  }

  async #decideMore(settled: BookState): Promise<void> {
    const { book, store } = this.#options;
    this.#open ??= new BatchAhead({ book, store, settled, before: this.#sent.at(-1) });
    const batch = this.#open;
    try {
      await batch.decide(this.#take(this.#share - batch.commands, batch.commands));
      if (this.#isLargeEnough(batch)) await batch.prepare();
    } catch (error) {
      this.#options.logger.warn({ err: error, book }, "a batch could not be decided ahead");
      for (let first = this.#sent[0]; first !== undefined; first = this.#sent[0]) {
        await first.stored;
        await this.#settle(first);
      }
      this.#forget();
    }
  }

  /** The first batch that was sent is stored: its verdicts hold. Or it is not, and nothing decided on it counts. */
  async #settle(first: BatchAhead): Promise<void> {
    if (first.outcome?.stored !== true) return this.#recover(first);
    this.#sent.shift();
    const settled = first.keep();
    (this.#sent[0] ?? this.#open)?.rebase(settled);
    if (first.moved) this.#options.onCommit(this.#options.book, settled.head.position);
    // What is ready leaves before its answers bring clients back, who take their time.
    if (this.#open?.isPrepared === true && this.#maySend(this.#open)) await this.#send(this.#open);
    first.resolve();
    if (settled.rememberedCount > MAX_REMEMBERED_ACCOUNTS) this.#forget();
  }

  /** Everything sent is taken up again in order, once the database has had its say on all of it. */
  async #recover({ outcome }: BatchAhead): Promise<void> {
    const failed = this.#sent.splice(0);
    this.#forget();
    const error = outcome?.stored === false ? outcome.error : undefined;
    if (isFenceFailure(error)) this.#contestedUntil = Date.now() + CONTESTED_MS;
    this.#options.logger.warn({ err: error, book: this.#options.book }, "a batch is tried again");
    for (const batch of failed) {
      await batch.stored;
      await this.#commitCarefully(batch.waiting, batch.claims);
    }
  }

  /** What is remembered of the book is not, or not for sure, what it is: whatever was decided on it waits again. */
  #forget(): void {
    this.#settled = undefined;
    if (this.#open === undefined) return;
    this.#waiting = [...this.#open.waiting, ...this.#waiting];
    this.#waitingCommands += this.#open.commands;
    this.#open = undefined;
  }

  #openOrTaken(): readonly Waiting[] {
    const remembered = this.#settled;
    this.#forget();
    this.#settled = remembered;
    return this.#take(MAX_BATCH_COMMANDS, 0);
  }

  async #commitCarefully(batch: readonly Waiting[], claims: Claim[]): Promise<void> {
    const remembered = this.#settled;
    this.#settled = undefined;
    const state = await commitCarefully(this.#options, batch, { remembered, claims });
    if ((state?.rememberedCount ?? Infinity) <= MAX_REMEMBERED_ACCOUNTS) this.#settled = state;
  }

  /** So many or a few more, while there is room beside those already taken; alone in a batch, any fits. */
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
