import { createPool, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { BookId } from "../engine/book.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  PATIENTLY,
  payIn,
  quiet,
} from "../ledger-database.fixture.ts";
import { termIndex } from "../slices/search/term-index.ts";
import { advanceTogether } from "./advance-together.ts";
import { awaitProjection } from "./await-projection.ts";
import { Projector } from "./projector.ts";
import { STATEMENT_DAYS } from "../slices/account-statements/statement-days.ts";
import { OrderPool } from "../tenancy/order-pool.ts";

let database: TestDatabase;
let pool: Pool;
let reads: OrderPool;
beforeAll(async () => {
  database = await createLedgerDatabase();
  pool = createPool({ url: database.url, logger: quiet, max: 1 });
  reads = new OrderPool(createPool({ url: database.url, logger: quiet }));
});
afterAll(async () => {
  await reads.end();
  await pool.end();
  await database.drop();
});

// It takes in each event at once.
const TERMS = termIndex({ base: 1, factor: 8, levels: 5 });
const projection = TERMS;

/** A reader waits three seconds; a machine under load may need more. */
const follows = (projector: Projector, book: BookId, position: number): Promise<void> =>
  vi.waitFor(
    () => awaitProjection(reads, projector.moved, book, projection.name, position),
    PATIENTLY,
  );

test("books that were written while no projector ran are caught up with, of every tenant", async () => {
  const { books } = openBooks(database);
  const tenants = [newId(), newId()].map((tenantId) => testContext({ tenantId }));
  const funds = await Promise.all(tenants.map((context) => openSmallFund(books, context)));
  for (const fund of funds) await books.execute(fund.context, payIn(fund, "1.00"));

  const projector = new Projector(pool, [projection], quiet);
  projector.start();
  for (const { context, fundId } of funds) {
    const book = { tenantId: context.tenantId, bookId: fundId };
    await expect(follows(projector, book, 4)).resolves.toBeUndefined();
  }
  await projector.stop();
});

test("a book that this instance moves is followed at once", async () => {
  const projector = new Projector(pool, [projection], quiet);
  const { books } = openBooks(database, (book) => projector.bookMoved(book));
  const fund = await openSmallFund(books);
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  projector.start();
  for (let position = 4; position < 8; position += 1) {
    await books.execute(fund.context, payIn(fund, "1.00"));
    await expect(follows(projector, book, position)).resolves.toBeUndefined();
  }
  await projector.stop();
});

test("several read models of a book move together, and one that fails holds back no other", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  await books.execute(fund.context, payIn(fund, "1.00"));
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  const positions = async (): Promise<unknown> => {
    const { rows } = await database.pool.query<{ name: string; position: string }>(
      "SELECT name, position FROM projection WHERE book_id = $1",
      [fund.fundId],
    );
    return Object.fromEntries(rows.map(({ name, position }) => [name, Number(position)]));
  };
  expect(await advanceTogether(pool, book, [STATEMENT_DAYS, TERMS])).toBe(0);
  expect(await positions()).toEqual({ statements: 4, "term-pages": 4 });

  await books.execute(fund.context, payIn(fund, "1.00"));
  const broken = {
    ...TERMS,
    name: "broken",
    project: () => Promise.reject(new Error("no")),
  };
  const all = [STATEMENT_DAYS, broken, TERMS];
  await expect(advanceTogether(pool, book, all)).rejects.toThrow("no");
  expect(await positions()).toEqual({ statements: 4, "term-pages": 4 });
  const projector = new Projector(pool, all, quiet);
  projector.start();
  await expect(follows(projector, book, 5)).resolves.toBeUndefined();
  await projector.stop();
  expect(await positions()).toEqual({ statements: 5, "term-pages": 5 });
});

test("a reader that waits in vain gets CONSISTENCY_TIMEOUT", async () => {
  const projector = new Projector(pool, [projection], quiet);
  const fund = await openSmallFund(openBooks(database).books);
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  await expect(
    awaitProjection(reads, projector.moved, book, projection.name, 3),
  ).rejects.toMatchObject({ code: "CONSISTENCY_TIMEOUT" });
});
