import {
  createPool,
  OneTransaction,
  preparedNameOf,
  type DatabaseClient,
  type SqlParameter,
  type Pool,
  type SqlStatement,
  type TenantScope,
} from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { escapeLiteral, type PoolClient, type QueryResultRow } from "pg";
import type { BookId } from "./book.ts";

/** Where SQL goes with its parameters: a connection, or what stands before one. */
export interface Statements {
  query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** Nothing in it that an array literal would have to quote. */
const PLAIN = /^[\w:.+-]+$/;

/** A one-dimensional array as PostgreSQL reads it; far cheaper than the driver's general way. */
export function arrayLiteral(items: readonly unknown[]): string {
  let text = "{";
  let last: unknown;
  let literal = "";
  for (const item of items) {
    // Types, actors, dates, currencies: what stands next to each other in a batch is mostly equal.
    if (literal === "" || !isSame(item, last)) literal = itemLiteral(item);
    last = item;
    text += text.length > 1 ? `,${literal}` : literal;
  }
  return `${text}}`;
}

const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());

function itemLiteral(item: unknown): string {
  if (typeof item === "string") return textLiteral(item);
  if (item === null || item === undefined) return "NULL";
  if (typeof item === "number" || typeof item === "bigint" || typeof item === "boolean") {
    return String(item);
  }
  if (Buffer.isBuffer(item)) return `"\\\\x${item.toString("hex")}"`;
  if (item instanceof Date) return `"${item.toISOString()}"`;
  throw new TypeError("only flat arrays of plain values");
}

function textLiteral(item: string): string {
  if (PLAIN.test(item) && (item.length !== 4 || item.toUpperCase() !== "NULL")) return item;
  return `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * Collects statements to be sent later, all together, with their parameters in the form the server reads.
 * Its caller gets no rows and no counts.
 */
export class CollectedStatements implements Statements {
  readonly all: SqlStatement[] = [];

  query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }> {
    this.all.push({ text: sql, values: parameters.map(toParameter) });
    return Promise.resolve({ rows: [], rowCount: null });
  }
}

function toParameter(value: unknown): SqlParameter {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || Buffer.isBuffer(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return String(value);
  }
  throw new TypeError("only plain values, dates and bytes");
}

/** Statements on one connection that the server parses once; arrays go in their cheap form. */
export class PreparedStatements implements Statements {
  readonly #client: DatabaseClient;

  constructor(client: DatabaseClient) {
    this.#client = client;
  }

  query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }> {
    const values = parameters.map((value) => (Array.isArray(value) ? arrayLiteral(value) : value));
    return this.#client.query<Row>({ name: preparedNameOf(sql), text: sql, values });
  }
}

// Of several statements, all see the same instant: a book is then read with the head that commits to it.
const beginReading = ({ tenantId }: TenantScope): string => `
  BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
  SELECT set_config('app.tenant', ${escapeLiteral(tenantId)}, true)`;

/**
 * Reads in a tenant's name, in one transaction; takes a connection only when something is read. The pool's
 * connections take statements without waiting for the answers to earlier ones, and so does this.
 */
class TenantReader implements Statements {
  readonly #pool: Pool;
  readonly #scope: TenantScope;
  #client: Promise<PoolClient> | undefined;
  /** Without it nothing that was read counts: it would not be the tenant's. */
  #begun: Promise<unknown> = Promise.resolve();
  #broken: Error | undefined;

  constructor(pool: Pool, scope: TenantScope) {
    this.#pool = pool;
    this.#scope = scope;
  }

  async query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }> {
    const client = await (this.#client ??= this.#open());
    try {
      const statements = new PreparedStatements(client);
      const [read] = await Promise.all([statements.query<Row>(sql, parameters), this.#begun]);
      return read;
    } catch (error) {
      this.#broken = error as Error;
      throw error;
    }
  }

  /** Only the connection waits for the end of the transaction. */
  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined) return;
    const ended = client.query("COMMIT").catch(this.#onError);
    void ended.then(() => {
      client.off("error", this.#onError);
      client.release(this.#broken);
    });
  }

  async #open(): Promise<PoolClient> {
    const client = await this.#pool.connect();
    client.on("error", this.#onError);
    this.#begun = client.query(beginReading(this.#scope));
    this.#begun.catch(this.#onError);
    return client;
  }

  readonly #onError = (error: Error): void => {
    this.#broken = error;
  };
}

/** Reads something in a tenant's name, all of it at one instant. */
export async function readAs<T>(
  pool: Pool,
  scope: TenantScope,
  read: (statements: Statements) => Promise<T>,
): Promise<T> {
  const reader = new TenantReader(pool, scope);
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

// A book is written behind two locks, taken in this order by every writer: the holder of the first may add
// rows, the holder of the second may move the book's head and change rows. Going from the first to the
// second, a batch releases the first: the next batch then adds its rows while this one is brought to its end.
const APPENDING = 20_211;
const ENDING = 20_212;

/** The number of a book's locks; two books that share it only wait for each other. */
const lockNumberOf = ({ bookId }: BookId): string =>
  String(Number.parseInt(bookId.slice(-8), 16) | 0);

/** Held until it is released, or the connection is closed, as it must be when the transaction fails. */
const BEGIN_APPENDING = `
  SELECT set_config('app.tenant', $1, true), pg_advisory_lock(${APPENDING}, $2::integer)`;

/** Waits for the batch before to end. What is read behind this sees what that batch left. */
const BEGIN_ENDING = `
  SELECT pg_advisory_xact_lock(${ENDING}, $1::integer), pg_advisory_unlock(${APPENDING}, $1::integer)`;

const LOCK_BOTH = `
  SELECT pg_advisory_xact_lock(${APPENDING}, $1::integer), pg_advisory_xact_lock(${ENDING}, $1::integer)`;

/** Takes both locks of a book until the transaction ends, in a statement of its own: later ones see what it waited for. */
export async function lockBook(statements: Statements, book: BookId): Promise<void> {
  await statements.query(LOCK_BOTH, [lockNumberOf(book)]);
}

/** The same of several books, in an order that two who want some of them share. */
export async function lockBooks(statements: Statements, books: readonly BookId[]): Promise<void> {
  const numbers = [...new Set(books.map((book) => Number(lockNumberOf(book))))];
  for (const number of numbers.sort((a, b) => a - b))
    await statements.query(LOCK_BOTH, [String(number)]);
}

export interface BatchStatements {
  /** Add rows, and depend on none that the batch before leaves. */
  readonly appends: readonly SqlStatement[];
  /** Move the book's head, first of all, and whatever depends on the batch before. */
  readonly changes: readonly SqlStatement[];
}

/**
 * Carries statements out as one transaction on a connection of the pool; resolves when it is durable.
 * Calls `onBegun` when it may append to the book: what is sent from then on comes after it.
 */
export async function sendBatch(
  pool: Pool,
  book: BookId,
  { appends, changes }: BatchStatements,
  onBegun: () => void,
): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const lock = lockNumberOf(book);
    const all = [
      { text: BEGIN_APPENDING, values: [book.tenantId, lock] },
      ...appends,
      { text: BEGIN_ENDING, values: [lock] },
      ...changes,
    ];
    await client.query(new OneTransaction(all, onBegun)).done;
  } catch (error) {
    // A failed transaction leaves a lock, and perhaps statements half-prepared: its connection is closed.
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

const ABORTED_BEFORE = "25P02";

/** Carries statements out within a transaction under way; throws the first failure, not what it led to. */
export async function runTogether(
  client: DatabaseClient,
  { appends, changes }: BatchStatements,
): Promise<void> {
  const statements = [...appends, ...changes].map(({ text, values }) =>
    client.query({ name: preparedNameOf(text), text, values: [...values] }),
  );
  const results = await Promise.allSettled(statements);
  const failures = results.filter((result) => result.status === "rejected");
  const first = failures.find(({ reason }) => codeOf(reason) !== ABORTED_BEFORE) ?? failures[0];
  if (first !== undefined) throw first.reason;
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;

const MAX_CONNECTIONS = 8;

// Appending finds its rows by key. For a batch's hundreds of keys the planner would rather read
// the whole table and join by hash: many times slower, and worse with every account. While a table is
// new and thought empty, it would even read all of it once per key. With that out of the way one plan
// fits every batch, and is made once per connection.
const PLANNER = [
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "enable_seqscan=off",
  "enable_bitmapscan=off",
  "plan_cache_mode=force_generic_plan",
  // In milliseconds: a batch is of many requests, so none of them limits it.
  "statement_timeout=60000",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

/** Connections of the books alone, so that heavy reading never keeps a posting waiting. */
export function createWritePool(url: string, logger: Logger): Pool {
  const tuned = new URL(url);
  const given = tuned.searchParams.get("options");
  tuned.searchParams.set("options", given === null ? PLANNER : `${given} ${PLANNER}`);
  return createPool({
    url: tuned.href,
    logger,
    max: MAX_CONNECTIONS,
    pipeline: true,
    // A batch is of many requests.
    outlivesRequests: true,
  });
}
