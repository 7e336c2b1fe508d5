import { createPool } from "@allfunds/platform/database";
import type { TestDatabase } from "@allfunds/platform/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Sequencer } from "../feed/sequencer.ts";
import { verifyFeed } from "./verify-feed.ts";
import { createLedgerDatabase, openBooks, PATIENTLY, quiet } from "../ledger-database.fixture.ts";
import { PROJECTIONS } from "../slices/model.ts";
import { Projector } from "../projections/projector.ts";
import { CACHES } from "./caches.fixture.ts";
import { verifyBook } from "./verify-book.ts";
import { writeWholeBook, type WholeBook } from "./whole-book.fixture.ts";

/** The list of schema changes belongs to the tool that applies them, and no decision or answer reads it. */
const OF_TOOLS = ["mikro_orm_migrations"];
/** Work under way and its results: no decision and no figure comes from it. */
const OF_JOBS = [
  "job",
  "journal_refusal",
  "statement_upload",
  "statement_upload_chunk",
  "webhook",
  "webhook_attempt",
  "webhook_delivery",
  "webhook_secret",
];
/** Bytes of files: their hash is in the book, and a test of theirs changes them. */
const OF_FILES = ["attachment_content"];
/** Personal data are outside of the books, so that they can be erased. */
const OF_PERSONS = ["investor_person"];
/** Where tenants live and came from: set by operators, and empty in a system with one database. */
const OF_PLACES = [
  "feed_alias",
  "feed_arrival",
  "feed_copy",
  "moved_row",
  "tenant_fence",
  "tenant_place",
];

let database: TestDatabase;
let whole: WholeBook;
/** One connection for hundreds of changes, to which triggers and row-level policies do not apply. */
let superuser: Client;

const change = (...statements: readonly string[]) => superuser.query(statements.join(";\n"));

async function countOf(table: string): Promise<number> {
  const client = await database.pool.connect();
  try {
    await client.query("BEGIN; SET LOCAL app.sequencer = 'on'");
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    await client.query("COMMIT");
    return rows[0]?.n ?? 0;
  } finally {
    client.release();
  }
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

async function columnsOfTruth(): Promise<Column[]> {
  const { rows } = await database.pool.query<Column>(
    `SELECT table_name AS table, column_name AS column, data_type AS type
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND NOT (table_name = ANY ($1))
     ORDER BY 1, ordinal_position`,
    [[...CACHES, ...OF_TOOLS, ...OF_JOBS, ...OF_FILES, ...OF_PERSONS, ...OF_PLACES]],
  );
  return rows;
}

/** Another value of the same type. */
const CHANGED: Readonly<Record<string, (column: string) => string>> = {
  uuid: () => "gen_random_uuid()",
  text: (column) => `coalesce(${column}, '') || '~'`,
  numeric: (column) => `coalesce(${column}, 0) + 99900`,
  bigint: (column) => `coalesce(${column}, 0) + 1000`,
  // So far that no other row of the book has it.
  integer: (column) => `coalesce(${column}, 0) + 1000`,
  smallint: (column) => `coalesce(${column}, 0) + 100`,
  boolean: (column) => `NOT ${column}`,
  date: (column) => `coalesce(${column}, '2020-01-01') + 1`,
  "timestamp with time zone": (column) => `coalesce(${column}, now()) + interval '1 microsecond'`,
  bytea: (column) => `sha256(coalesce(${column}, ''))`,
  json: (column) => `(${column}::jsonb || '{"note": 1}')::json`,
};

/** The first fault of the two books and the feed; undefined when they are sound. */
async function firstFault(): Promise<string | undefined> {
  const { tenantId } = whole;
  for (const bookId of [whole.fundId, whole.tenantBookId]) {
    try {
      const found = await verifyBook(database.pool, { tenantId, bookId });
      if (found.sound) continue;
      return `${found.fault.kind} ${found.fault.position}: ${found.fault.what}`;
    } catch (error) {
      return String(error);
    }
  }
  return verifyFeed(database.pool, tenantId);
}

const restored = (table: string): string[] => [
  `DELETE FROM public.${table}`,
  `INSERT INTO public.${table} SELECT * FROM saved.${table}`,
];

/** Opens a database with a book that has every event, in which a superuser may change all. */
async function openWholeBook(): Promise<void> {
  database = await createLedgerDatabase();
  const { books } = openBooks(database);
  whole = await writeWholeBook(books);
  const sequencer = new Sequencer(database.url, quiet);
  sequencer.start();
  await vi.waitUntil(async () => (await countOf("feed_book")) === 2, PATIENTLY);
  await sequencer.stop();
  const pool = createPool({ url: database.url, logger: quiet, max: 1 });
  const projector = new Projector(pool, PROJECTIONS, quiet);
  projector.start();
  await projector.stop();
  await pool.end();
  superuser = new Client({ connectionString: database.administratorUrl() });
  await superuser.connect();
  // A superuser may drop whatever rule would keep a row from being changed.
  await change(
    "SET session_replication_role = replica",
    `DO $$ DECLARE rule record; BEGIN
       FOR rule IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
         WHERE contype = 'c' AND connamespace = 'public'::regnamespace LOOP
         EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.name, rule.conname);
       END LOOP;
     END $$`,
    `CREATE SCHEMA saved`,
  );
}

/** Tests that a change of any column, in these rows of its table, is named. */
export function testEveryColumn(rows: readonly ("ASC" | "DESC")[]): void {
  beforeAll(openWholeBook);
  afterAll(async () => {
    await superuser.end();
    await database.drop();
  });

  test("a book without changes is sound", async () => {
    expect(await firstFault()).toBeUndefined();
  });

  test(`every column of every table, in the ${rows.length === 1 ? "last row" : "first and the last row"}, is named when a superuser changed it`, async () => {
    const columns = await columnsOfTruth();
    const tables = [...new Set(columns.map(({ table }) => table))];
    for (const table of tables) {
      await change(`CREATE TABLE saved.${table} AS TABLE public.${table}`);
    }
    const unseen: string[] = [];
    let changes = 0;
    let undo: string[] = [];
    for (const { table, column, type } of columns) {
      for (const order of rows) {
        const to = CHANGED[type]?.(column) ?? `no value of the type ${type}`;
        await change(
          ...undo,
          `UPDATE public.${table} SET ${column} = ${to}
           WHERE ctid = (SELECT ctid FROM public.${table} t ORDER BY t::text ${order} LIMIT 1)`,
        );
        changes += 1;
        if ((await firstFault()) === undefined) unseen.push(`${table}.${column} ${order}`);
        undo = restored(table);
      }
    }
    await change(...undo);
    expect(unseen).toEqual([]);
    expect(changes).toBeGreaterThan(100 * rows.length);
    expect(await firstFault()).toBeUndefined();
  });

  test("every row of every table is missed when it is deleted, and named when it is there twice", async () => {
    const tables = [...new Set((await columnsOfTruth()).map(({ table }) => table))];
    const unseen: string[] = [];
    let undo: string[] = [];
    for (const table of tables) {
      await change(
        ...undo,
        `DELETE FROM public.${table}
         WHERE ctid = (SELECT ctid FROM public.${table} t ORDER BY t::text DESC LIMIT 1)`,
      );
      if ((await firstFault()) === undefined) unseen.push(table);
      undo = restored(table);
    }
    expect(unseen).toEqual([]);
  });
}
