import { createPool, newId, type Pool } from "@allfunds/platform";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
} from "../ledger-database.fixture.ts";
import { TRANSACTION_SEARCH } from "../search/transaction-search.ts";
import { TenantPool } from "../tenancy/tenant-pool.ts";
import { awaitProjection } from "./await-projection.ts";
import { Projector } from "./projector.ts";

let database: TestDatabase;
let pool: Pool;
let reads: TenantPool;
beforeAll(async () => {
  database = await createLedgerDatabase();
  pool = createPool({ url: database.url, logger: quiet, max: 1 });
  reads = new TenantPool(createPool({ url: database.url, logger: quiet }));
});
afterAll(async () => {
  await reads.end();
  await pool.end();
  await database.drop();
});

const projection = TRANSACTION_SEARCH;

test("books that were written while nobody followed are caught up with, whoever's they are", async () => {
  const { books } = openBooks(database);
  const tenants = [newId(), newId()].map((tenantId) => testContext({ tenantId }));
  const funds = await Promise.all(tenants.map((context) => openSmallFund(books, context)));
  for (const fund of funds) await books.execute(fund.context, payIn(fund, "1.00"));

  const projector = new Projector(pool, [projection], quiet);
  projector.start();
  for (const { context, fundId } of funds) {
    const book = { tenantId: context.tenantId, bookId: fundId };
    await expect(
      awaitProjection(reads, projector.moved, book, projection.name, 4),
    ).resolves.toBeUndefined();
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
    await expect(
      awaitProjection(reads, projector.moved, book, projection.name, position),
    ).resolves.toBeUndefined();
  }
  await projector.stop();
});

test("who waits for what does not come is told so", async () => {
  const projector = new Projector(pool, [projection], quiet);
  const fund = await openSmallFund(openBooks(database).books);
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  await expect(
    awaitProjection(reads, projector.moved, book, projection.name, 3),
  ).rejects.toMatchObject({ code: "CONSISTENCY_TIMEOUT" });
});
