import { createPool } from "@allfunds/platform/database";
import { rounds, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  quiet,
} from "../../ledger-database.fixture.ts";
import { advance } from "../../projections/advance.ts";
import { readStatementLines } from "./account-statement-sql.ts";
import { STATEMENT_DAYS } from "./statement-days.ts";
import { OrderPool } from "../../tenancy/order-pool.ts";

let database: TestDatabase;
let reads: OrderPool;
beforeAll(async () => {
  database = await createLedgerDatabase();
  reads = new OrderPool(createPool({ url: database.url, logger: quiet }));
});
afterAll(async () => {
  await reads.end();
  await database.drop();
});

const day = (n: number): string => `2026-03-${String(n).padStart(2, "0")}`;

const HISTORY = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 });

test("lines are those of the book at any position, however far their read model follows", async () => {
  await fc.assert(
    fc.asyncProperty(HISTORY, fc.nat({ max: 30 }), fc.nat({ max: 35 }), async (days, part, at) => {
      const { books } = openBooks(database);
      const fund = await openSmallFund(books);
      const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
      const orders = days.map((n) => payIn(fund, "1.00", { effectiveDate: day(n) }));
      for (const some of [orders.slice(0, part), orders.slice(part)]) {
        await advance(database.pool, book, STATEMENT_DAYS);
        await books.executeEach(fund.context, fund.fundId, some, true);
      }
      // Three events open the fund, so the nth payment stands at position n + 3.
      const wanted = days
        .map((n, index) => ({ effectiveDate: day(n), position: index + 4 }))
        .filter(({ effectiveDate, position }) => effectiveDate <= day(7) && position <= at)
        .sort((a, b) => a.effectiveDate.localeCompare(b.effectiveDate) || a.position - b.position);
      const filter = { fundId: fund.fundId, accountId: fund.bank, to: day(7), knownAt: at };
      let after = { effectiveDate: day(1), position: 0, leg: 0, debitMinor: 0n };
      for (let taken = 0; taken <= wanted.length; taken += 4) {
        const lines = await readStatementLines(reads, book.tenantId, filter, after, 4);
        expect(
          lines.map(({ effectiveDate, place: { position } }) => ({ effectiveDate, position })),
        ).toEqual(wanted.slice(taken, taken + 4));
        after = lines.at(-1)?.place ?? after;
      }
      expect(after.debitMinor).toBe(BigInt(wanted.length) * 100n);
    }),
    { numRuns: rounds(6, 15) },
  );
});
