import { AppError } from "@allfunds/contract/errors";
import type { Statements } from "./batched-sql.ts";
import type { BookId, DomainEvent, EventPlace } from "./book.ts";
import { BookState, GENESIS } from "./book-state.ts";
import type { Lookup, Model } from "./slice.ts";
import type { ChainPlace, StoredEvent } from "./stored-events.ts";
import { commitChanges, keyOf, selectRows } from "./table-sql.ts";
import { selectText, spell, type AppendTable, type StoredTable, type Texts } from "./table.ts";

/** What is wrong with a book. */
export const FAULT_KINDS = {
  /** The event is not what was recorded. */
  CHANGED: "CHANGED",
  /** An event that was recorded is not there. */
  MISSING: "MISSING",
  /** An event that was recorded stands somewhere else. */
  REORDERED: "REORDERED",
  /** An event that was never recorded. */
  INSERTED: "INSERTED",
  /** The chain holds, but the rules of the books forbade the event. */
  RULE: "RULE",
  /** The events are as recorded, a row is not what they lead to. */
  ROW: "ROW",
  /** Events and rows are as recorded, the end of the book is not where the book puts it. */
  HEAD: "HEAD",
} as const;
export type FaultKind = keyof typeof FAULT_KINDS;

/** The first bad position of a book and what is wrong there. */
export interface Fault {
  readonly position: number;
  readonly kind: FaultKind;
  /** One sentence for the person who investigates. */
  readonly what: string;
}

export class ReplayFault extends Error {
  readonly fault: Fault;

  constructor(position: number, kind: FaultKind, what: string) {
    super(what);
    this.fault = { position, kind, what };
  }
}

/** The tenant's own book at ever later positions. */
export type TenantAt = (position: number) => BookState | undefined;

/** What a replay has come to; as much of it as is needed to go on later. */
export interface ReplayedState {
  readonly state: BookState;
  /** Rows that decisions no longer read, by table: they were compared when they were finished. */
  readonly finished: Map<string, number>;
}

/**
 * Folds the log of a book with the code that decides on it, and compares every row with what its events lead
 * to. Memory grows with accounts and with what is open, not with the book.
 */
export class Replay implements ReplayedState {
  readonly state: BookState;
  readonly finished: Map<string, number>;
  readonly #statements: Statements;
  readonly #model: Model;
  readonly #book: BookId;
  readonly #tenantAt: TenantAt;
  /** The last position whose events are folded. */
  #reached: number;
  #ahead: { readonly from: number; readonly rows: Promise<readonly Texts[][]> } | undefined;

  constructor(options: {
    readonly statements: Statements;
    readonly model: Model;
    readonly book: BookId;
    readonly tenantAt: TenantAt;
    /** Where an earlier replay came to; the beginning of the book when absent. */
    readonly from?: ReplayedState | undefined;
  }) {
    this.#statements = options.statements;
    this.#model = options.model;
    this.#book = options.book;
    this.#tenantAt = options.tenantAt;
    this.state = options.from?.state ?? new BookState(GENESIS);
    this.finished = options.from?.finished ?? new Map();
    this.#reached = this.state.head.position;
  }

  get place(): ChainPlace {
    const { position, hash } = this.state.head;
    return { position, hash };
  }

  /** Begins to read the rows that events of these positions brought, which are folded next. */
  readAhead(from: number, to: number): void {
    const rows = Promise.all(this.#model.appends.map((table) => this.#readRange(table, from, to)));
    // Its failure is thrown when that page is folded.
    rows.catch(() => undefined);
    this.#ahead = { from, rows };
  }

  /** Folds events whose chain was found to hold; throws the first fault. */
  async fold(page: readonly StoredEvent[]): Promise<void> {
    const [first, last] = [page.at(0), page.at(-1)];
    if (first === undefined || last === undefined) return;
    const events = page.map((stored) => this.#decode(stored));
    const draft = this.state.fork();
    if (this.#ahead?.from !== first.position) this.readAhead(first.position, last.position);
    const read = this.#ahead?.rows;
    await this.#lookUp(events, draft);
    const appended = this.#appendedRows((await read) ?? [], last.position);
    for (const [index, event] of events.entries()) {
      const stored = page[index];
      if (stored === undefined || event === undefined) continue;
      const recordedAt = new Date(stored.recordedAt);
      const place = { position: stored.position, recordedAt, actor: stored.actor };
      this.#check(draft, event, place);
      this.#model.eventOf(event.type)?.evolve(draft, event, place);
      for (const rows of appended) rows.compare(event, place);
      draft.head = { position: stored.position, hash: stored.hash, recordedAt };
    }
    for (const rows of appended) rows.end();
    commitChanges(this.#model.tables, { before: this.state, after: draft });
    this.#reached = draft.head.position;
    await this.#compareFinished(draft);
    draft.settleInto(this.state, this.#model.kept);
    // What checks of later events need outlives the page, though no batch keeps it.
    for (const kind of this.#model.replayed) {
      for (const [key, row] of draft.own(kind)) this.state.put(kind, key, row);
    }
  }

  #decode({ position, type, payload }: StoredEvent): DomainEvent {
    const codec = this.#model.eventOf(type)?.codec;
    if (codec === undefined) {
      throw new ReplayFault(
        position,
        "CHANGED",
        `this version does not have the event type ${type}`,
      );
    }
    try {
      return codec.decode(payload as never);
    } catch {
      throw new ReplayFault(position, "RULE", `the ${type} at ${position} cannot be read`);
    }
  }

  #check(draft: BookState, event: DomainEvent, place: EventPlace): void {
    try {
      const check = this.#model.eventOf(event.type)?.check;
      check?.(draft, event, { place, tenantAt: this.#tenantAt });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new ReplayFault(
        place.position,
        "RULE",
        `${event.type}: ${error.code}: ${error.message}`,
      );
    }
  }

  async #lookUp(events: readonly DomainEvent[], draft: BookState): Promise<void> {
    const wanted = new Map<Lookup, Set<string>>();
    for (const event of events) {
      this.#model.eventOf(event.type)?.needs?.(event, (lookup, key) => {
        const keys = wanted.get(lookup as Lookup) ?? new Set();
        wanted.set(lookup as Lookup, keys.add(key));
      });
    }
    for (const [lookup, keys] of wanted) {
      await lookup.find({ statements: this.#statements, book: this.#book, draft }, [...keys]);
    }
  }

  async #readRange(table: AppendTable, from: number, to: number): Promise<Texts[]> {
    const { tenantId, bookId } = this.#book;
    const parameters = [tenantId, bookId, from, to];
    const { rows } = await this.#statements.query<Texts>(selectAppended(table), parameters);
    return rows;
  }

  /** Rows behind the last event of a page are none of its own. */
  #appendedRows(read: readonly (readonly Texts[])[], last: number): AppendedRows[] {
    return this.#model.appends.map((table, index) => {
      const rows = read[index] ?? [];
      const own =
        positionOf(rows.at(-1)) > last ? rows.filter((row) => positionOf(row) <= last) : rows;
      return new AppendedRows(table, own);
    });
  }

  /** Rows that the page brought to their end are compared now, and held no longer. */
  async #compareFinished(draft: BookState): Promise<void> {
    for (const table of this.#model.tables) {
      const finished = [...draft.own(table)].filter(([, row]) => !table.keeps(row));
      if (finished.length === 0 || table.keyColumn === undefined) continue;
      const condition = `${table.keyColumn} = ANY ($3)`;
      const keys = finished.map(([key]) => key);
      const stored = await this.#readRows(table, condition, [keys]);
      for (const [key, row] of finished) this.#compareRow(table, key, row, stored.get(key));
      this.finished.set(table.name, (this.finished.get(table.name) ?? 0) + finished.length);
    }
  }

  /**
   * Compares all that is not finished, and looks for rows that no event led to. Rows without a position are
   * those of an earlier version, which get their event when the book is written to first.
   */
  async end({ isOfEarlierVersion }: { readonly isOfEarlierVersion: boolean }): Promise<void> {
    for (const table of this.#model.tables) {
      const stored = await this.#readRows(table, table.resident?.sql, []);
      const rows = this.state.all(table);
      for (const [key, row] of rows) this.#compareRow(table, key, row, stored.get(key));
      for (const key of stored.keys()) {
        if (!rows.has(key))
          this.#fail(`the row ${key} of the table ${table.name} follows from no event`);
      }
      await this.#count(table, rows.size + (this.finished.get(table.name) ?? 0));
    }
    for (const table of this.#model.appends) await this.#findStray(table, isOfEarlierVersion);
    for (const compare of this.#model.comparisons) {
      const wrong = await compare(this.#statements, this.#book, this.state);
      if (wrong !== undefined) this.#fail(wrong);
    }
  }

  async #readRows(
    table: StoredTable,
    condition: string | undefined,
    parameters: readonly unknown[],
  ): Promise<Map<string, Texts>> {
    const { tenantId, bookId } = this.#book;
    const sql = selectRows(table, condition);
    const { rows } = await this.#statements.query<Texts>(sql, [tenantId, bookId, ...parameters]);
    return new Map(rows.map((texts) => [keyOf(table, texts), texts]));
  }

  #compareRow(table: StoredTable, key: string, row: unknown, stored: Texts | undefined): void {
    const what = `the row ${key} of the table ${table.name}`;
    if (stored === undefined) this.#fail(`${what} is missing`);
    for (const { name, of } of table.columns) {
      const [is, right] = [stored[name] ?? null, spell(of(row))];
      if (is !== right) this.#fail(`${what} has ${name} ${is}, its events lead to ${right}`);
    }
  }

  async #count({ name, bookColumn }: StoredTable, right: number): Promise<void> {
    const sql = `SELECT count(*)::integer AS n FROM ${name} WHERE tenant_id = $1 AND ${bookColumn} = $2`;
    const parameters = [this.#book.tenantId, this.#book.bookId];
    const { rows } = await this.#statements.query<{ n: number }>(sql, parameters);
    const n = rows[0]?.n ?? 0;
    if (n !== right)
      this.#fail(`the table ${name} has ${n} rows of the book, its events lead to ${right}`);
  }

  async #findStray({ name }: AppendTable, isOfEarlierVersion: boolean): Promise<void> {
    const { tenantId, bookId } = this.#book;
    const sql = `
      SELECT position FROM ${name} WHERE tenant_id = $1 AND book_id = $2
        AND (${isOfEarlierVersion ? "" : "position IS NULL OR "}position < 1 OR position > $3)
      ORDER BY position LIMIT 1`;
    const parameters = [tenantId, bookId, this.state.head.position];
    const { rows } = await this.#statements.query<{ position: string | null }>(sql, parameters);
    const [stray] = rows;
    if (stray === undefined) return;
    const position = Number(stray.position ?? 0);
    throw new ReplayFault(
      position,
      "ROW",
      `the table ${name} has a row where the book has no event`,
    );
  }

  #fail(what: string): never {
    throw new ReplayFault(this.#reached, "ROW", what);
  }
}

const appendedSql = new WeakMap<AppendTable, string>();

function selectAppended(table: AppendTable): string {
  let sql = appendedSql.get(table);
  if (sql === undefined) {
    const texts = table.columns.map(({ name, type }) => selectText(name, type));
    sql = `
      SELECT ${texts.join(", ")} FROM (
        SELECT * FROM ${table.name}
        WHERE tenant_id = $1 AND book_id = $2 AND position BETWEEN $3 AND $4 ORDER BY ${table.order}
      ) t`;
    appendedSql.set(table, sql);
  }
  return sql;
}

/** The rows of a table that events of a page brought, compared in the order of the events. */
class AppendedRows {
  readonly #table: AppendTable;
  readonly #rows: readonly Texts[];
  #next = 0;

  constructor(table: AppendTable, rows: readonly Texts[]) {
    this.#table = table;
    this.#rows = rows;
  }

  compare(event: DomainEvent, place: EventPlace): void {
    const { name, columns, rowsOf } = this.#table;
    const expected = rowsOf[event.type]?.(event as never, place) ?? [];
    for (const right of expected) {
      const stored = this.#rows[this.#next];
      if (positionOf(stored) < place.position) this.#failStray(stored);
      this.#next += 1;
      for (const [index, column] of columns.entries()) {
        const [is, wanted] = [stored?.[column.name] ?? null, spell(right[index] ?? null)];
        if (is === wanted) continue;
        const found = stored === undefined ? "none" : `${column.name} ${is}`;
        const what = `the table ${name} has ${found} at ${place.position}, its event leads to ${column.name} ${wanted}`;
        throw new ReplayFault(place.position, "ROW", what);
      }
    }
  }

  /** What no event of the page accounts for. */
  end(): void {
    const stray = this.#rows[this.#next];
    if (stray !== undefined) this.#failStray(stray);
  }

  #failStray(stray: Texts | undefined): never {
    const position = positionOf(stray);
    const what = `the table ${this.#table.name} has a row at ${position} that no event led to`;
    throw new ReplayFault(position, "ROW", what);
  }
}

const positionOf = (row: Texts | undefined): number => Number(row?.["position"] ?? Infinity);
