import { setImmediate as turn } from "node:timers/promises";
import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import {
  CollectedStatements,
  lockBook,
  lockBooks,
  PreparedStatements,
  readAs,
  runTogether,
  sendBatch,
  type BatchStatements,
  type Statements,
} from "./batched-sql.ts";
import type { BookId, Command } from "./book.ts";
import { BookState, GENESIS, type BookHead } from "./book-state.ts";
import { evolve, type Answer } from "./decide.ts";
import { decodeEvent, type Envelope, type RecordedEvent } from "./event-log.ts";
import {
  appendEvents,
  checkHead,
  findAnswers,
  findPlace,
  moveHead,
  tenantBookOf,
  type DecidedEvents,
  type LogPlace,
} from "./log-sql.ts";
import { readStored, type Lookup, type Model, type StoredCommand } from "./slice.ts";
import { isChained, readEventPages } from "./stored-events.ts";
import type { TenantBooks } from "./tenant-books.ts";
import { inTurns } from "./turns.ts";
import { loadChanges } from "./unchanged.ts";
import { verifyWith } from "./verify.ts";
import { appendRows, commitSteps, loadTable, storeTable } from "./table-sql.ts";

/** What a book's queue requests of the database. */
export interface BookStore {
  /** True while others wait for a connection. */
  readonly isBusy: boolean;
  /**
   * The book as it is now, proven against what its head commits to; BOOK_CORRUPT when it is not. A state
   * known from before is brought up to date by the events that came since.
   */
  open(known: BookState | undefined): Promise<BookState>;
  /** Puts into the draft what the commands need and the state does not hold; returns what their keys led to. */
  load(request: LoadRequest): Promise<Map<string, Answer>>;
  /** Brings a decided batch into its final form. */
  prepare(batch: DecidedEvents): Promise<Sending>;
  /** Does something as the book's only writer, in one transaction. */
  lock<T>(work: (locked: LockedBook) => Promise<T>): Promise<T>;
}

/** The same with the book's locks held; what is prepared is stored when it is sent, and durable when `lock` ends. */
export interface LockedBook extends Pick<BookStore, "open" | "load" | "prepare"> {
  /** The place among those given whose event is in the log. Final: there is no other writer. */
  findPlace<Place extends LogPlace>(places: readonly Place[]): Promise<Place | undefined>;
}

export interface LoadRequest {
  readonly envelopes: readonly Envelope[];
  /** What keys led to in batches that are not stored yet. */
  readonly known: ReadonlyMap<string, Answer>;
  /** Keys that are taken for new, and not looked up. */
  readonly newKeys?: ReadonlySet<string>;
  readonly draft: BookState;
}

/**
 * Stores the batch, or fails unless the book ends where the batch begins; resolves when it is durable.
 * Calls `onBegun` when it may append to the book: what is sent from then on comes after it.
 */
export type Sending = (onBegun: () => void) => Promise<void>;

/** A book in PostgreSQL. The pool's connections must take statements without waiting for earlier answers. */
export class PostgresBook implements BookStore {
  readonly #model: Model;
  readonly #pool: Pool;
  readonly #book: BookId;
  readonly #reading: BookReading;

  constructor(model: Model, pool: Pool, book: BookId, tenants: TenantBooks) {
    this.#model = model;
    this.#pool = pool;
    this.#book = book;
    this.#reading = new BookReading(model, book, tenants);
  }

  get isBusy(): boolean {
    return this.#pool.waitingCount > 0;
  }

  open(known: BookState | undefined): Promise<BookState> {
    return readAs(this.#pool, this.#book, (statements) => this.#reading.open(statements, known));
  }

  /** Most commands need neither a look at their key nor anything that the state does not hold. */
  load(request: LoadRequest): Promise<Map<string, Answer>> {
    return readAs(this.#pool, this.#book, (statements) => this.#reading.load(statements, request));
  }

  async prepare(batch: DecidedEvents): Promise<Sending> {
    const statements = await collect(this.#model, this.#book, batch);
    return (onBegun) => sendBatch(this.#pool, this.#book, statements, onBegun);
  }

  lock<T>(work: (locked: LockedBook) => Promise<T>): Promise<T> {
    return withTransaction(this.#pool, this.#book, async (client) => {
      const statements = new PreparedStatements(client);
      await lockBook(statements, this.#book);
      return work(this.#locked(client, statements));
    });
  }

  #locked(client: DatabaseClient, statements: Statements): LockedBook {
    return {
      open: (known) => this.#reading.open(statements, known),
      load: (request) => this.#reading.load(statements, request),
      prepare: async (batch) => {
        const collected = await collect(this.#model, this.#book, batch);
        return () => runTogether(client, collected);
      },
      findPlace: (places) => findPlace(statements, this.#book, places),
    };
  }

  /** Does something as the only writer of books of one tenant, in one transaction. */
  static lockAll<T>(
    books: readonly PostgresBook[],
    work: (locked: readonly LockedBook[]) => Promise<T>,
  ): Promise<T> {
    const [first] = books;
    if (first === undefined) return work([]);
    return withTransaction(first.#pool, first.#book, async (client) => {
      const statements = new PreparedStatements(client);
      await lockBooks(
        statements,
        books.map((book) => book.#book),
      );
      return work(books.map((book) => book.#locked(client, statements)));
    });
  }
}

/** From so many characters of events on, other books get a turn between the statements of a batch. */
const MANY_CHARACTERS = 100_000;
/** Statements of a batch are of so many characters of events, or rows: what makes one is done without a pause. */
const CHARACTERS_A_STATEMENT = 1_000_000;
const ROWS_A_STATEMENT = 2_000;

/** The books of a database, as a command bus uses them. */
export const postgresBooks = (model: Model, pool: Pool) => ({
  storeOf: (book: BookId, tenants: TenantBooks): BookStore =>
    new PostgresBook(model, pool, book, tenants),
  lockAll: <T>(
    books: readonly BookId[],
    tenants: TenantBooks,
    work: (locked: readonly LockedBook[]) => Promise<T>,
  ): Promise<T> =>
    PostgresBook.lockAll(
      books.map((book) => new PostgresBook(model, pool, book, tenants)),
      work,
    ),
});

/** The statements that store a batch, to be sent together. */
async function collect(model: Model, book: BookId, batch: DecidedEvents): Promise<BatchStatements> {
  const [appends, changes] = [new CollectedStatements(), new CollectedStatements()];
  if (batch.events.length === 0) {
    await checkHead(changes, book, batch);
  } else {
    const size = batch.events.reduce((sum, { payloadJson }) => sum + payloadJson.length, 0);
    const next = size < MANY_CHARACTERS ? undefined : turn;
    const changed = await inTurns(commitSteps(model.tables, batch));
    await next?.();
    for (const events of eventParts(batch.events)) {
      await appendEvents(appends, book, events);
      const types = new Set(events.map(({ type }) => type));
      for (const table of model.appends) {
        if (!Object.keys(table.rowsOf).some((type) => types.has(type))) continue;
        await next?.();
        await appendRows(appends, book, table, events);
      }
      await next?.();
    }
    await moveHead(changes, book, batch);
    for (const [table, rows] of changed) {
      for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
        await next?.();
        await storeTable(changes, book, table, rows.slice(from, from + ROWS_A_STATEMENT));
      }
    }
  }
  return { appends: appends.all, changes: changes.all };
}

/** Events in their order, in parts that one statement each stores; nearly every batch is one part. */
function* eventParts(events: readonly RecordedEvent[]): Generator<readonly RecordedEvent[]> {
  let [from, size] = [0, 0];
  for (const [index, { payloadJson }] of events.entries()) {
    if (index > from && size + payloadJson.length > CHARACTERS_A_STATEMENT) {
      yield events.slice(from, index);
      [from, size] = [index, 0];
    }
    size += payloadJson.length;
  }
  yield from === 0 ? events : events.slice(from);
}

/** Stores a batch that was decided elsewhere, within a transaction that holds the book's locks. */
export async function storeBatch(
  client: DatabaseClient,
  model: Model,
  book: BookId,
  batch: DecidedEvents,
): Promise<void> {
  await runTogether(client, await collect(model, book, batch));
}

const READ_HEAD = `
  SELECT position, encode(hash, 'hex') AS hash, recorded_at, state_digest FROM book WHERE tenant_id = $1 AND id = $2`;

interface HeadRow {
  readonly position: string;
  readonly hash: string;
  readonly recorded_at: Date;
  /** Null in books that no version with digests has written to. */
  readonly state_digest: Buffer | null;
}

/** Events that are cheaper to fold than all rows are to read. */
const MOST_FOLDED = 2_000;

/** What is read of one book before it can be decided on. */
class BookReading {
  readonly #model: Model;
  readonly #book: BookId;
  readonly #tenants: TenantBooks;

  constructor(model: Model, book: BookId, tenants: TenantBooks) {
    this.#model = model;
    this.#book = book;
    this.#tenants = tenants;
  }

  async open(statements: Statements, known: BookState | undefined): Promise<BookState> {
    const head = await readHead(statements, this.#book);
    const state = await this.#stateAt(statements, head, known);
    state.tenant = await this.#tenant(statements);
    return state;
  }

  async #stateAt(
    statements: Statements,
    head: HeadRow | undefined,
    known: BookState | undefined,
  ): Promise<BookState> {
    if (head === undefined) return new BookState(GENESIS);
    const behind = known === undefined ? Infinity : Number(head.position) - known.head.position;
    if (known !== undefined && behind >= 0 && behind <= MOST_FOLDED) {
      const followed = await this.#follow(statements, known);
      if (followed?.head.hash === head.hash && matches(followed, head)) return followed;
    }
    const state = new BookState(toHead(head));
    for (const table of this.#model.tables) await loadTable(statements, this.#book, table, state);
    // A book that no version with digests has written to is proven by its log, once.
    const isProven =
      head.state_digest === null
        ? (await verifyWith(statements, this.#model, this.#book)).sound
        : matches(state, head);
    if (isProven) return state;
    throw corrupt(this.#book);
  }

  /** The known state with the events since; undefined when they do not chain to it. */
  async #follow(statements: Statements, known: BookState): Promise<BookState | undefined> {
    const draft = known.fork();
    for await (const page of readEventPages(statements, this.#book, known.head.position + 1)) {
      for (const stored of page) {
        const recordedAt = new Date(stored.recordedAt);
        const event = decodeEvent(this.#model, stored.type, stored.payload);
        if (event === undefined || !isChained(this.#model, this.#book, draft.head.hash, stored))
          return undefined;
        evolve(this.#model, draft, event, { ...stored, recordedAt });
        draft.head = {
          position: stored.position,
          hash: stored.hash,
          recordedAt,
        };
      }
    }
    await inTurns(commitSteps(this.#model.tables, { before: known, after: draft }));
    draft.settleInto(known, this.#model.kept);
    return known;
  }

  async load(
    statements: Statements,
    { envelopes, known, newKeys, draft }: LoadRequest,
  ): Promise<Map<string, Answer>> {
    draft.tenant = await this.#tenant(statements);
    const keys: string[] = [];
    for (const { key } of envelopes) {
      if (key !== undefined && !known.has(key) && newKeys?.has(key) !== true) keys.push(key);
    }
    const answers = await findAnswers(this.#model, statements, this.#book, keys);
    for (const [key, answer] of known) answers.set(key, answer);
    const open =
      answers.size === 0
        ? envelopes
        : envelopes.filter(({ key }) => key === undefined || !answers.has(key));
    for (const [lookup, wanted] of wantedBy(this.#model, open, draft)) {
      await lookup.find({ statements, book: this.#book, draft }, [...wanted]);
    }
    for (const { unchanged } of envelopes) {
      if (unchanged !== undefined) await loadChanges(statements, this.#book, draft, unchanged);
    }
    return answers;
  }

  async #tenant(statements: Statements): Promise<BookState | undefined> {
    const { tenantId } = this.#book;
    const bookId = tenantBookOf(tenantId);
    if (bookId === this.#book.bookId) return undefined;
    const known = this.#tenants.get(tenantId);
    if (known !== undefined) return known;
    const reading = new BookReading(this.#model, { tenantId, bookId }, this.#tenants);
    const head = await readHead(statements, { tenantId, bookId });
    // A register of investors has thousands of rows, and what moves the book are mostly prices and rates.
    const earlier = this.#tenants.copyOfEarlier(tenantId);
    const state = await reading.#stateAt(statements, head, earlier);
    this.#tenants.put(tenantId, state);
    return state;
  }
}

async function readHead(
  statements: Statements,
  { tenantId, bookId }: BookId,
): Promise<HeadRow | undefined> {
  return (await statements.query<HeadRow>(READ_HEAD, [tenantId, bookId])).rows[0];
}

const toHead = (row: HeadRow): BookHead => ({
  position: Number(row.position),
  hash: row.hash,
  recordedAt: row.recorded_at,
});

const matches = ({ digest }: BookState, { state_digest: committed }: HeadRow): boolean =>
  committed !== null && digest.toBuffer().equals(committed);

/** Reads go on: what they show was not decided on. */
const corrupt = ({ bookId }: BookId): AppError =>
  new AppError(
    "BOOK_CORRUPT",
    `The book ${bookId} takes no more writes: what is stored of it is not what its log led to. An operator has to verify it.`,
  );

/** The rows that commands name and the draft does not have, by lookup. */
export function wantedBy(
  model: Model,
  envelopes: readonly Envelope[],
  draft: BookState,
): Map<Lookup, Set<string>> {
  const wanted = new Map<Lookup, Set<string>>();
  const want = (lookup: Lookup<never>, key: string): void => {
    if (draft.get(lookup.rows, key) !== undefined) return;
    const keys = wanted.get(lookup as Lookup) ?? new Set();
    wanted.set(lookup as Lookup, keys.add(key));
  };
  const needsOf = (command: Command, clientChoseId: boolean): void =>
    model.commandOf(command.kind).needs?.(command, want, clientChoseId, needsOfStored);
  const needsOfStored = (waited: StoredCommand): void => {
    try {
      needsOf(readStored(model, waited), true);
    } catch (error) {
      // The decision refuses what cannot be read.
      if (!(error instanceof AppError)) throw error;
    }
  };
  for (const { command, clientChoseId } of envelopes) needsOf(command, clientChoseId);
  return wanted;
}
