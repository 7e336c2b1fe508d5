import { activeTraceparent, inSpan, markTrace } from "@allfunds/platform/telemetry";
import type { BookId } from "./book.ts";
import type { BookState } from "./book-state.ts";
import {
  decideBatch,
  decideInTurns,
  repeat,
  takesSteps,
  type Answer,
  type Submission,
  type Verdict,
} from "./decide.ts";
import type { Envelope, RecordedEvent } from "./event-log.ts";
import type { LogPlace } from "./log-sql.ts";
import type { BookStore, Sending } from "./postgres-book.ts";
import type { Model } from "./slice.ts";

/** A submission with the promise of its caller. */
export interface Waiting {
  readonly submission: Submission;
  readonly resolve: (verdicts: readonly Verdict[]) => void;
  readonly reject: (error: unknown) => void;
  /** The W3C `traceparent` of its caller, when it is traced. */
  readonly traceparent?: string | undefined;
}

/**
 * A batch that was sent to be stored and whose answer was lost: where its last event stands if it was stored,
 * and what its commands are answered then. A hash vouches for all that lies before it, too, so with the last
 * event all of the batch stands there. The first alone could be that of another instance: the same command by
 * the same person at the same moment leads to the same event.
 */
export interface Claim extends LogPlace {
  /** One list per submission of the batch, in order. */
  readonly verdicts: readonly (readonly Verdict[])[];
}

export interface BatchOptions {
  readonly model: Model;
  readonly book: BookId;
  readonly store: Pick<BookStore, "load" | "prepare">;
  /** The book after the last commit known here. */
  readonly settled: BookState;
  /** The batch whose changes this one builds on, when it is not settled yet. */
  readonly before: BookBatch | undefined;
  /**
   * True while repeated requests are rare: keys of clients are taken for new then, and looked up only where a
   * command adds no event. The database refuses a batch in which one is not new.
   */
  readonly takesKeysForNew: boolean;
}

type Outcome = { readonly stored: true } | { readonly stored: false; readonly error: unknown };

/**
 * Commands of one book that are stored together: decided on what is known of the book and on what the batches
 * before it will have changed. It takes effect only if the book's head is where it was thought to be.
 */
export class BookBatch {
  readonly waiting: Waiting[] = [];
  commands = 0;
  outcome: Outcome | undefined;
  stored: Promise<void> = Promise.resolve();
  /** Settles when the database has begun with it: what is sent from then on comes after it. */
  begun: Promise<void> = Promise.resolve();
  hasBegun = false;
  /** True when a key that was taken for new was found to have an answer. */
  metRepeats = false;
  readonly recorded: RecordedEvent[] = [];
  readonly #options: Omit<BatchOptions, "before">;
  /** The batch that is being stored while this one is decided. */
  #before: BookBatch | undefined;
  #base: BookState;
  readonly #draft: BookState;
  readonly #verdicts: (readonly Verdict[])[] = [];
  /** What client keys of this batch led to: not to be found in the database yet. */
  readonly #answers = new Map<string, Answer>();
  #prepared: Promise<Sending> | undefined;

  constructor({ before, ...options }: BatchOptions) {
    this.#options = options;
    this.#before = before;
    this.#base = before === undefined ? options.settled : before.#draft;
    this.#draft = this.#base.fork();
  }

  get isPrepared(): boolean {
    return this.#prepared !== undefined;
  }

  /** True when it adds events to the book. */
  get moved(): boolean {
    return this.recorded.length > 0;
  }

  /** How to find out whether it was stored, when there was no answer. One without events leaves nothing to find. */
  get claims(): Claim[] {
    const last = this.recorded.at(-1);
    if (last === undefined) return [];
    return [{ position: last.position, hash: last.hash, verdicts: this.#verdicts }];
  }

  /** Decides more commands as part of this batch. */
  async decide(more: readonly Waiting[]): Promise<void> {
    for (const waiting of more) this.waiting.push(waiting);
    const submissions = more.map(({ submission }) => submission);
    const envelopes = submissions.flatMap((submission) => submission.envelopes);
    this.commands += envelopes.length;
    const { model, book } = this.#options;
    const { answers, newKeys } = await this.#load(envelopes, submissions);
    const decided = submissions.some((submission) => takesSteps(model, submission))
      ? await decideInTurns(model, book, this.#draft, submissions, answers)
      : decideBatch(model, book, this.#draft, submissions, answers);
    const { verdicts, recorded } = decided;
    for (const event of recorded) this.recorded.push(event);
    const given =
      newKeys.size === 0 ? verdicts : await this.#lookUpUndone(submissions, verdicts, newKeys);
    given.forEach((each, index) => {
      this.#verdicts.push(each);
      this.#remember(submissions[index]?.envelopes ?? [], each);
    });
  }

  async #load(envelopes: readonly Envelope[], submissions: readonly Submission[]) {
    const known = new Map<string, Answer>();
    for (const { key } of envelopes) {
      const own = key === undefined ? undefined : this.#ownAnswer(key);
      if (key !== undefined && own !== undefined) known.set(key, own);
    }
    const { store, takesKeysForNew } = this.#options;
    const newKeys = takesKeysForNew ? loneKeysOf(submissions, known) : new Set<string>();
    const answers = await store.load({ envelopes, known, newKeys, draft: this.#draft });
    return { answers, newKeys };
  }

  /**
   * Looks up the keys taken for new of commands that add no event: one that was carried out before may be refused
   * now, and is to be answered what it led to then.
   */
  async #lookUpUndone(
    submissions: readonly Submission[],
    verdicts: readonly (readonly Verdict[])[],
    newKeys: ReadonlySet<string>,
  ): Promise<readonly (readonly Verdict[])[]> {
    const undone: Envelope[] = [];
    submissions.forEach((submission, index) => {
      const key = loneKeyOf(submission);
      const [verdict] = verdicts[index] ?? [];
      if (key === undefined || !newKeys.has(key) || addsEvents(verdict)) return;
      undone.push(...submission.envelopes);
    });
    if (undone.length === 0) return verdicts;
    const { store } = this.#options;
    const found = await store.load({ envelopes: undone, known: new Map(), draft: this.#draft });
    this.metRepeats ||= found.size > 0;
    return verdicts.map((given, index) => {
      const submission = submissions[index];
      const key = submission && loneKeyOf(submission);
      const first = key === undefined ? undefined : found.get(key);
      if (submission === undefined || first === undefined || addsEvents(given[0])) return given;
      return submission.envelopes.map((envelope) => repeat(first, envelope, this.#draft));
    });
  }

  /** What a key led to in this batch, or in one before it that is not settled. */
  #ownAnswer(key: string): Answer | undefined {
    const own = this.#answers.get(key);
    const before = this.#before;
    return own ?? (before === undefined ? undefined : before.#ownAnswer(key));
  }

  #remember(envelopes: readonly Envelope[], verdicts: readonly Verdict[]): void {
    envelopes.forEach(({ key, requestHash }, index) => {
      const verdict = verdicts[index];
      if (key === undefined || requestHash === undefined) return;
      if (verdict?.accepted === true && !verdict.replayed) {
        this.#answers.set(key, { requestHash, events: verdict.events });
      }
    });
  }

  /** Brings it into its final form; nothing can be decided as part of it after that. */
  prepare(): Promise<Sending> {
    this.#prepared ??= this.#options.store.prepare({
      events: this.recorded,
      before: this.#base,
      after: this.#draft,
    });
    return this.#prepared;
  }

  /** True when another may be sent behind it; not behind the first of a book, whose head is not visible yet. */
  get mayBeFollowed(): boolean {
    return this.hasBegun && this.#base.head.position > 0;
  }

  /** Sends it to the database; `stored` settles when `outcome` is known. Never throws. */
  async send(): Promise<void> {
    let sending: Sending;
    try {
      sending = await this.prepare();
    } catch (error) {
      this.outcome = { stored: false, error };
      return;
    }
    this.begun = new Promise((resolve) => {
      const onBegun = (): void => {
        this.hasBegun = true;
        resolve();
      };
      this.stored = this.#traced(() => sending(onBegun)).then(
        () => {
          this.outcome = { stored: true };
        },
        (error: unknown) => {
          this.outcome = { stored: false, error };
        },
      );
    });
  }

  /** Stores in the trace of the batch's first caller, with links to the others; its events lead back to it. */
  #traced(store: () => Promise<void>): Promise<void> {
    const [parent, ...links] = this.waiting.flatMap(({ traceparent }) => traceparent ?? []);
    if (parent === undefined) return store();
    const attributes = { "ledger.commands": this.commands, "ledger.events": this.recorded.length };
    return inSpan("commit batch", { parent, links, attributes }, () => {
      const traceparent = activeTraceparent();
      for (const { payload } of this.recorded) markTrace(payload, traceparent);
      return store();
    });
  }

  /** After the batch before it was stored: from now on this one stands on what is settled. */
  rebase(settled: BookState): void {
    this.#before = undefined;
    this.#base = settled;
    this.#draft.rebase(settled);
  }

  /** After it was stored: what it changed is settled. */
  keep(): BookState {
    const { settled, model } = this.#options;
    this.#draft.settleInto(settled, model.kept);
    return settled;
  }

  resolve(): void {
    this.waiting.forEach(({ resolve }, index) => resolve(this.#verdicts[index] ?? []));
  }
}

/** The key of a command that arrived alone; what it leads to depends on no other that a look at the key could change. */
function loneKeyOf({ envelopes, isTrial }: Submission): string | undefined {
  const [only, ...others] = envelopes;
  const isConditional = only?.unchanged !== undefined;
  return others.length > 0 || isTrial === true || isConditional ? undefined : only?.key;
}

/** The keys that such commands alone have, without those whose answers are known. */
function loneKeysOf(
  submissions: readonly Submission[],
  known: ReadonlyMap<string, Answer>,
): Set<string> {
  const keys = new Set<string>();
  for (const submission of submissions) {
    const key = loneKeyOf(submission);
    if (key !== undefined && !known.has(key)) keys.add(key);
  }
  for (const submission of submissions) {
    if (loneKeyOf(submission) !== undefined) continue;
    for (const { key } of submission.envelopes) if (key !== undefined) keys.delete(key);
  }
  return keys;
}

/** True of what the database refuses when the command's key is not new. */
const addsEvents = (verdict: Verdict | undefined): boolean =>
  verdict?.accepted === true && !verdict.replayed && verdict.events.length > 0;
