import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Books } from "../slices/model.ts";
import { createLedgerDatabase, openBooks, payIn } from "../ledger-database.fixture.ts";
import { PROJECTIONS } from "../projections/projections.ts";
import { rebuild } from "../projections/rebuild.ts";
import { verifyBook, verifyAndNote } from "./verify-book.ts";
import { writeWholeBook, type WholeBook } from "./whole-book.fixture.ts";

/** Tables that hold nothing of their own: they are made anew from the log, and answers stay the same. */
const CACHES = ["balance_run", "entry_day", "search_term", "projection", "book_checkpoint"];
/** The list of schema changes belongs to the tool that applies them. */
const OF_TOOLS = ["mikro_orm_migrations"];

let database: TestDatabase;
let books: Books;
let whole: WholeBook;

interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly data_type: string;
}

beforeAll(async () => {
  database = await createLedgerDatabase();
  ({ books } = openBooks(database));
  whole = await writeWholeBook(books);
});
afterAll(() => database.drop());

async function columns(): Promise<Column[]> {
  const { rows } = await database.pool.query<Column>(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'public' AND NOT (table_name = ANY ($1)) ORDER BY 1, ordinal_position`,
    [[...CACHES, ...OF_TOOLS]],
  );
  return rows;
}
