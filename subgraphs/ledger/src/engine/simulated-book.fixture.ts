import { BookState, GENESIS } from "./book-state.ts";
import { evolve, type Answer } from "./decide.ts";
import type { RecordedEvent } from "./event-log.ts";
import type { DecidedEvents } from "./log-sql.ts";
import { wantedBy, type BookStore, type LoadRequest, type LockedBook } from "./postgres-book.ts";
import { MODEL } from "../slices/model.ts";
import { TAKEN_REFERENCES } from "../slices/transactions/transaction.ts";
import { commitChanges } from "./table-sql.ts";
import type { Turns } from "./turns.fixture.ts";

const NOTHING = (): void => undefined;

/** Held by one at a time, in the order of requests. */
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
  readonly #turns: Turns;
  readonly #appending = new Lock();
  readonly #ending = new Lock();
  readonly #answers = new Map<string, Answer>();
  readonly #references = new Set<string>();
  #begun = 0;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** As one instance of the service sees it. */
  store(): BookStore {
    const turns = this.#turns;
    return {
      get isBusy() {
        turns.request();
        return turns.random(10) === 0;
      },
      open: async (known) => {
        await turns.step();
        return this.#open(known);
      },
      load: async (request) => {
        turns.request();
        if (!needsAnything(request)) return new Map(request.known);
        await turns.step();
        const answers = this.#find(request);
        await turns.step();
        return answers;
      },
      prepare: (batch) => {
        commitChanges(MODEL.tables, batch);
        return Promise.resolve((onBegun: () => void) => this.#store(batch, onBegun));
      },
      lock: (work) => this.#lock(work),
    };
  }

  /** The known state brought up to date, or a copy of what is stored. */
  #open(known: BookState | undefined): BookState {
    const from = known === undefined ? 0 : known.head.position;
    const state = known ?? new BookState(GENESIS);
    const draft = state.fork();
    for (const event of this.events.slice(from)) {
      evolve(MODEL, draft, event.event, event);
      draft.head = event;
    }
    commitChanges(MODEL.tables, { before: state, after: draft });
    draft.settleInto(state, MODEL.kept);
    if (!this.#endsAt(state)) throw new Error("the known state is not of this book");
    return state;
  }

  #find({ envelopes, known, newKeys, draft }: LoadRequest): Map<string, Answer> {
    const answers = new Map(known);
    const open = envelopes.filter(({ key }) => {
      const isLookedUp = key !== undefined && newKeys?.has(key) !== true;
      const answer = isLookedUp ? this.#answers.get(key) : undefined;
      if (key !== undefined && answer !== undefined && !answers.has(key)) answers.set(key, answer);
      return key === undefined || !answers.has(key);
    });
    for (const [lookup, wanted] of wantedBy(MODEL, open, draft)) {
      if (lookup.rows.index !== TAKEN_REFERENCES.index) continue;
      for (const reference of wanted) {
        if (this.#references.has(reference)) draft.put(TAKEN_REFERENCES, reference, true);
      }
    }
    return answers;
  }

  async #store(batch: DecidedEvents, onBegun: () => void): Promise<void> {
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
      const start = batch.events.length === 0 ? batch.after : batch.before;
      if (!this.#endsAt(start)) throw violation("book_is_where_it_was");
      this.#commit(batch);
      await this.#turns.step();
    } finally {
      this.#begun -= 1;
      endAppending();
      end();
    }
  }

  /** What is prepared by `work` takes effect when it ends. */
  async #lock<T>(work: (locked: LockedBook) => Promise<T>): Promise<T> {
    const endAppending = await this.#appending.take();
    const end = await this.#ending.take();
    try {
      await this.#turns.step();
      const prepared: DecidedEvents[] = [];
      const done = await work({
        open: (known) => Promise.resolve(this.#open(known)),
        load: (request) => Promise.resolve(this.#find(request)),
        prepare: (batch) => {
          commitChanges(MODEL.tables, batch);
          return Promise.resolve(() => Promise.resolve(void prepared.push(batch)));
        },
        findPlace: (places) =>
          Promise.resolve(
            places.find(({ position, hash }) => this.events[position - 1]?.hash === hash),
          ),
      });
      await this.#turns.step();
      for (const batch of prepared) this.#commit(batch);
      await this.#turns.step();
      return done;
    } finally {
      endAppending();
      end();
    }
  }

  #endsAt({ head }: BookState): boolean {
    return head.position === this.state.head.position && head.hash === this.state.head.hash;
  }

  /** Stores all or nothing, as the constraints of the tables have it. */
  #commit({ events, after }: DecidedEvents): void {
    for (const { command } of events) {
      if (command !== undefined && this.#answers.has(command.key)) {
        throw violation("event_command_key");
      }
    }
    const draft = this.state.fork();
    for (const [index, stored] of events.entries()) {
      evolve(MODEL, draft, stored.event, stored);
      draft.head = stored;
      this.events.push(stored);
      this.#noteReference(stored);
      const { command } = stored;
      if (command === undefined) continue;
      const led = events.slice(index, index + command.events);
      this.#answers.set(command.key, { requestHash: command.requestHash, events: led });
    }
    commitChanges(MODEL.tables, { before: this.state, after: draft });
    draft.settleInto(this.state, MODEL.kept);
    if (events.length === 0) return;
    // Beyond any retry: a batch that would store other rows than its events lead to.
    if (this.state.digest.toBuffer().equals(after.digest.toBuffer())) return;
    throw new Error(`the batch up to ${after.head.position} stores what its events do not lead to`);
  }

  #noteReference({ event }: RecordedEvent): void {
    const { reference } = event as { readonly reference?: string | null };
    if (typeof reference === "string") this.#references.add(reference);
  }
}

const violation = (constraint: string): Error =>
  Object.assign(new Error(constraint), { constraint });

/** Mostly the state holds everything; then nothing waits. */
const needsAnything = ({ envelopes, known, newKeys, draft }: LoadRequest): boolean =>
  envelopes.some(({ key }) => key !== undefined && !known.has(key) && !newKeys?.has(key)) ||
  wantedBy(MODEL, envelopes, draft).size > 0;
