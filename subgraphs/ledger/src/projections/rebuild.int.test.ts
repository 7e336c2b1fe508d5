import { createPool, type Pool } from "@allfunds/platform/database";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { balanceRuns } from "../slices/balances/balance-runs.ts";
import { readDebitMinor } from "../slices/balances/balance-sql.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
} from "../ledger-database.fixture.ts";
import { advance } from "./advance.ts";
import { rebuild } from "./rebuild.ts";
import { OrderPool } from "../tenancy/order-pool.ts";

const SHAPE = { base: 4, factor: 3, levels: 4 };

let database: TestDatabase;
let reads: OrderPool;
let pool: Pool;
beforeAll(async () => {
  database = await createLedgerDatabase();
  reads = new OrderPool(createPool({ url: database.url, logger: quiet }));
  pool = createPool({ url: database.url, logger: quiet });
});
afterAll(async () => {
  await reads.end();
  await pool.end();
  await database.drop();
});

test("a read model is rebuilt under writers and readers, and no reader ever sees it half-built", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  const projection = balanceRuns(SHAPE);
  const work = { goesOn: true, posted: 0, reads: 0 };
  const post = async (count: number): Promise<void> => {
    const orders = Array.from({ length: count }, () => payIn(fund, "1.00"));
    await books.executeEach(fund.context, fund.fundId, orders, true);
    work.posted += count;
  };
  await post(120);
  while (!(await advance(pool, book, projection)).done);

  const writing = (async () => {
    while (work.goesOn) {
      await post(7);
      await advance(pool, book, projection);
      // Leaves a rebuild the time to catch up, as real writers do.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const reading = (async () => {
    while (work.goesOn) {
      // Three events open the fund; everything posted before the read must be in the sum.
      const knownAt = work.posted + 3;
      const point = { asOf: "2026-12-31", knownAt };
      const found = await readDebitMinor(reads, book, [fund.bank], point, SHAPE);
      expect(found.get(fund.bank)).toBe(BigInt(knownAt - 3) * 100n);
      work.reads += 1;
    }
  })();
  for (let round = 0; round < 3; round += 1) await rebuild(pool, book, projection);
  work.goesOn = false;
  await Promise.all([writing, reading]);
  expect(work.reads).toBeGreaterThan(3);
  expect(work.posted).toBeGreaterThan(120);

  const { rows } = await database.pool.query<{ generation: number; active: boolean }>(
    "SELECT generation, active FROM projection WHERE book_id = $1",
    [fund.fundId],
  );
  expect(rows).toEqual([{ generation: 4, active: true }]);
});

test("a rebuilt read model is the same as the one it replaces", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  const orders = Array.from({ length: 90 }, (_, n) =>
    payIn(fund, `${n + 1}.00`, {
      effectiveDate: `2026-01-${String((n % 28) + 1).padStart(2, "0")}`,
    }),
  );
  await books.executeEach(fund.context, fund.fundId, orders, true);
  const projection = balanceRuns(SHAPE);
  const rowsOf = async (): Promise<unknown[]> => {
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `SELECT account_id, size, run, effective_date, amount FROM balance_run WHERE book_id = $1
       ORDER BY 1, 2, 3, 4`,
      [fund.fundId],
    );
    return rows;
  };
  while (!(await advance(pool, book, projection)).done);
  const before = await rowsOf();
  await rebuild(pool, book, projection);
  expect(before.length).toBeGreaterThan(20);
  expect(await rowsOf()).toEqual(before);
});
