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
import { balanceRuns, type RunShape } from "./balance-runs.ts";
import { readBalanceKnownAt, readDebitMinor } from "./balance-sql.ts";
import { OrderPool } from "../../tenancy/order-pool.ts";

// Small runs, so that short histories have many of them on every level.
const SHAPE: RunShape = { base: 3, factor: 2, levels: 4 };

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

const ANY_ORDER = fc.array(
  fc.record({ day: fc.integer({ min: 1, max: 9 }), cents: fc.integer({ min: 1, max: 500 }) }),
  { minLength: 1, maxLength: 60 },
);

/** Books are mostly written in the order of their days, with some behind. */
const HISTORY = fc
  .record({ history: ANY_ORDER, late: fc.constantFrom(0, 2, 60) })
  .map(({ history, late }) => {
    const inOrder = [...history].sort((one, other) => one.day - other.day);
    return history.map((each, at) => (at < late ? each : (inOrder[at] ?? each)));
  });

test("a balance of any day, known at any position, is that of a model, however far runs are sealed", async () => {
  await fc.assert(
    fc.asyncProperty(HISTORY, fc.nat({ max: 60 }), async (history, sealedAfter) => {
      const { books } = openBooks(database);
      const fund = await openSmallFund(books);
      const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
      const orders = history.map(({ day: n, cents }) =>
        payIn(fund, (cents / 100).toFixed(2), { effectiveDate: day(n) }),
      );
      // Three events open the fund, so the nth payment stands at position n + 3.
      for (const part of [orders.slice(0, sealedAfter), orders.slice(sealedAfter)]) {
        await advance(database.pool, book, balanceRuns(SHAPE));
        await books.executeEach(fund.context, fund.fundId, part, true);
      }
      for (let knownAt = 0; knownAt <= history.length + 3; knownAt += 1) {
        const known = history.slice(0, Math.max(knownAt - 3, 0));
        for (const n of [1, 4, 5, 9]) {
          const wanted = known
            .filter(({ day: valued }) => valued <= n)
            .reduce((sum, { cents }) => sum + cents, 0);
          const point = { asOf: day(n), knownAt };
          const found = await readDebitMinor(reads, book, [fund.bank, fund.capital], point, SHAPE);
          expect(found.get(fund.bank)).toBe(BigInt(wanted));
          expect(found.get(fund.capital)).toBe(BigInt(-wanted));
        }
        const total = known.reduce((sum, { cents }) => sum + cents, 0);
        const { tenantId } = book;
        expect(await readBalanceKnownAt(reads, tenantId, fund.bank, knownAt)).toBe(BigInt(total));
      }
    }),
    { numRuns: rounds(5, 12) },
  );
});
