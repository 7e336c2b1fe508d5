import { FENCE } from "./append-events.ts";
import { BookState, GENESIS, type AccountState } from "./book-state.ts";
import type { BookStore, DecidedAhead, Lookup, Sending } from "./book-store.ts";
import { claimOf } from "./claim.ts";
import { NeedsCollector } from "./command-needs.ts";
import { decideBatch, type Submission } from "./decide-batch.ts";
import { evolve } from "./evolve.ts";
import type { Answer } from "./find-answers.ts";
import type { BatchOptions, ProcessedBatch } from "./process-batch.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";
import type { Turns } from "./turns.fixture.ts";

const NOTHING = (): void => undefined;

/** Held by one at a time, in the order of asking. */
class Lock {
  #last: Promise<void> = Promise.resolve();

  async take(): Promise<() => void> {
    const before = this.#last;
    const turn = { end: NOTHING };
    this.#last = new Promise((resolve) => (turn.end = resolve));
    await before;
    return turn.end;
  }
}

/**
 * A book as its database keeps it, in memory: behind the same two locks and the same fence, but every step
 * takes as many turns as it is given, and may fail before it took effect or after.
 */
export class SimulatedBook {
  /** What is stored. The state is what these lead to. */
  readonly events: RecordedEvent[] = [];
  readonly state = new BookState(GENESIS);
  /** How many batches began before the one ahead of them had ended. */
  overlaps = 0;
  readonly #book: BookId;
  readonly #turns: Turns;
  readonly #appending = new Lock();
  readonly #ending = new Lock();
  readonly #answers = new Map<string, Answer>();
  #begun = 0;

  constructor(book: BookId, turns: Turns) {
    this.#book = book;
    this.#turns = turns;
  }

  /** As one instance of the service sees it. */
  store(): BookStore {
    const turns = this.#turns;
    return {
      get isBusy() {
        turns.ask();
        return turns.random(10) === 0;
      },
      load: async (lookup) => {
        turns.ask();
        if (!asksAnything(lookup)) return new Map(lookup.known);
        await turns.step();
        const answers = this.#find(lookup);
        await turns.step();
        return answers;
      },
      prepare: (batch) => Promise.resolve<Sending>((onBegun) => this.#store(batch, onBegun)),
      process: (submissions, options) => this.#process(submissions, options),
    };
  }

  #find({ envelopes, known, settled, draft }: Lookup): Map<string, Answer> {
    const answers = new Map(known);
    const needs = new NeedsCollector(settled);
    for (const envelope of envelopes) {
      const answer = this.#answers.get(envelope.key ?? "");
      if (envelope.key === undefined || answers.has(envelope.key)) needs.add(envelope);
      else if (answer === undefined) needs.add(envelope);
      else answers.set(envelope.key, answer);
    }
    for (const id of needs.accountIds) {
      const account = this.state.account(id);
      if (account !== undefined) settled.putAccount(account);
    }
    for (const code of needs.accountCodes) {
      const account = this.state.accountByCode(code);
      if (account !== undefined && settled.accountByCode(code) === undefined) {
        settled.putAccount(account);
      }
    }
    for (const reference of needs.references) {
      if (this.state.referenceTaken(reference)) draft.takeReference(reference);
    }
    return answers;
  }

  async #store({ events, before, after }: DecidedAhead, onBegun: () => void): Promise<void> {
    const endAppending = await this.#appending.take();
    let end = NOTHING;
    try {
      await this.#turns.step();
      this.#begun += 1;
      if (this.#begun > 1) this.overlaps += 1;
      onBegun();
      await this.#turns.step();
      end = await this.#ending.take();
      endAppending();
      await this.#turns.step();
      if (!this.#endsAt(before)) throw Object.assign(new Error("moved"), { constraint: FENCE });
      this.#commit(events, after);
      await this.#turns.step();
    } finally {
      this.#begun -= 1;
      endAppending();
      end();
    }
  }

  async #process(
    submissions: readonly Submission[],
    { remembered, claims }: BatchOptions,
  ): Promise<ProcessedBatch> {
    const endAppending = await this.#appending.take();
    const end = await this.#ending.take();
    try {
      await this.#turns.step();
      const isNewest = remembered !== undefined && this.#endsAt(remembered);
      const state = isNewest ? remembered : this.#unread();
      const holding = claims.find(({ position, hash }) =>
        this.events[position - 1]?.hash.equals(hash),
      );
      if (holding !== undefined) return { verdicts: holding.verdicts, moved: true, state };
      const envelopes = submissions.flatMap((submission) => submission.envelopes);
      const draft = state.fork();
      const answers = this.#find({ envelopes, known: new Map(), settled: state, draft });
      const { verdicts, recorded } = decideBatch(this.#book, draft, submissions, answers);
      if (recorded.length === 0) return { verdicts, moved: false, state };
      claims.push(...claimOf(recorded, verdicts));
      await this.#turns.step();
      this.#commit(recorded, draft);
      await this.#turns.step();
      draft.copyTo(state);
      return { verdicts, moved: true, state };
    } finally {
      endAppending();
      end();
    }
  }

  /** Where it ends and whose it is, and nothing else: the rest is looked up when needed. */
  #unread(): BookState {
    const state = new BookState(this.state.head);
    state.fund = this.state.fund;
    return state;
  }

  #endsAt({ head }: BookState): boolean {
    return head.position === this.state.head.position && head.hash.equals(this.state.head.hash);
  }

  /** Stores all or nothing, as the constraints of the tables have it. */
  #commit(events: readonly RecordedEvent[], after: BookState): void {
    for (const { command } of events) {
      if (command === undefined || !this.#answers.has(command.key)) continue;
      throw Object.assign(new Error("taken"), { constraint: "event_command_key" });
    }
    events.forEach((stored, index) => {
      evolve(this.state, stored.event);
      this.events.push(stored);
      const { position, hash, recordedAt, command } = stored;
      this.state.head = { position, hash, recordedAt };
      if (command === undefined) return;
      const led = events.slice(index, index + command.events);
      this.#answers.set(command.key, { requestHash: command.requestHash, events: led });
    });
    for (const account of after.touchedAccounts()) {
      // Beyond any retry: a batch that would store another balance than its events lead to.
      expectSame(account, this.state.account(account.id));
    }
  }
}

/** Mostly everything is remembered; then nobody waits for anything. */
function asksAnything({ envelopes, known, settled }: Lookup): boolean {
  const needs = new NeedsCollector(settled);
  for (const envelope of envelopes) {
    if (envelope.key !== undefined && !known.has(envelope.key)) return true;
    if (envelope.key === undefined) needs.add(envelope);
  }
  return (
    needs.references.size > 0 ||
    needs.accountIds.size > 0 ||
    [...needs.accountCodes].some((code) => settled.accountByCode(code) === undefined)
  );
}

function expectSame(claimed: AccountState, led: AccountState | undefined): void {
  if (claimed.version === led?.version && claimed.balanceMinor === led.balanceMinor) return;
  throw new TypeError(`account ${claimed.code} would be stored as no event has left it`);
}
