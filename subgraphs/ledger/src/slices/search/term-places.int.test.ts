import { rounds, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WakeSignal } from "../../feed/wake-signal.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { advance } from "../../projections/advance.ts";
import { OrderPool } from "../../tenancy/order-pool.ts";
import { createPool } from "@allfunds/platform/database";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { quiet } from "../../ledger-database.fixture.ts";
import { dateGroup, termGroups } from "./search-terms.ts";
import { termIndex } from "./term-index.ts";
import type { TermPlace } from "./term-pages-sql.ts";
import { findPlaces } from "./term-places.ts";

// Runs so small that a short history has many of them, of each level.
const SHAPE = { base: 2, factor: 2, levels: 3 };

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

interface Payment {
  readonly day: number;
  readonly words: readonly string[];
}

const HISTORY = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 9 }),
    words: fc.subarray(["rent", "rental", "fee", "salary"], { minLength: 1 }),
  }),
  { minLength: 1, maxLength: 50 },
);
const QUERY = fc.record({
  text: fc.constantFrom("rent", "rent fee", "salary rental fee"),
  days: fc.option(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 4, max: 9 })), {
    nil: undefined,
  }),
  isByDate: fc.boolean(),
  isDescending: fc.boolean(),
  count: fc.integer({ min: 1, max: 7 }),
});

async function post(
  fund: SmallFund,
  books: ReturnType<typeof openBooks>["books"],
  some: readonly Payment[],
) {
  const orders = some.map(({ day: n, words }) =>
    payIn(fund, "1.00", { effectiveDate: day(n), description: words.join(" ") }),
  );
  if (orders.length > 0) await books.executeEach(fund.context, fund.fundId, orders, true);
}

/** Reads that count the rows they are answered with. */
const counting = () => {
  let rows = 0;
  const counted: TenantReads = {
    query: async (text, values, options) => {
      const result = await reads.query(text, values, options);
      rows += result.rows.length;
      return result;
    },
  } as TenantReads;
  return { counted, read: () => rows };
};

test("common words that are never together are found nowhere by a few rows, however long the book is", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  const rowsFor = async (text: string, found: number, isByDate = false): Promise<number> => {
    const { counted, read } = counting();
    const reading = { reads: counted, book, projectionsMoved: new WakeSignal(), shape: SHAPE };
    const query = { groups: termGroups({ text }), from: 1, to: Number.MAX_SAFE_INTEGER };
    const order = { isByDate, isDescending: true, behind: undefined };
    expect(await findPlaces(reading, { ...query, ...order }, 5)).toHaveLength(found);
    return read();
  };
  const grow = async (count: number, words: readonly string[]): Promise<void> => {
    const some = Array.from({ length: count }, (_, at) => ({
      day: 1,
      words: [words[at % words.length] ?? ""],
    }));
    await post(fund, books, some);
    while (!(await advance(database.pool, book, termIndex(SHAPE))).done);
  };
  await grow(32, ["rent", "salary"]);
  const [byPosition, byDate] = [
    await rowsFor("rent salary", 0),
    await rowsFor("rent salary", 0, true),
  ];
  await grow(256, ["rent", "salary"]);
  // A row of each word stands for 32 of the largest runs; their pages would be 64 rows more.
  expect(await rowsFor("rent salary", 0)).toBeLessThanOrEqual(byPosition + 2);
  expect(await rowsFor("rent salary", 0, true)).toBeLessThanOrEqual(byDate + 2);
  // Where they stand together, and where one of them begins another word, their runs are read.
  await post(fund, books, [{ day: 1, words: ["rent", "salary"] }]);
  await grow(16, ["rental", "salary"]);
  expect(await rowsFor("rent salary", 1)).toBeGreaterThan(0);
  await post(fund, books, [{ day: 1, words: ["rental", "salary"] }]);
  await grow(16, ["rent", "salary"]);
  expect(await rowsFor("rent salary", 2)).toBeGreaterThan(0);
});

test("the places of a query, page by page, are those of a model, however far the index is", async () => {
  await fc.assert(
    fc.asyncProperty(
      HISTORY,
      QUERY,
      fc.nat({ max: 50 }),
      fc.nat({ max: 50 }),
      async (history, query, first, second) => {
        const { books } = openBooks(database);
        const fund = await openSmallFund(books);
        const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
        // The index takes in two steps; what was posted after them is in the log alone.
        const cuts = [0, first, first + second, history.length];
        for (const [at, from] of cuts.slice(0, -1).entries()) {
          await post(fund, books, history.slice(from, cuts[at + 1]));
          const step = () => advance(database.pool, book, termIndex(SHAPE));
          if (at === 0) while (!(await step()).done);
          if (at === 1) await step();
        }
        const { text, days, isByDate, isDescending, count } = query;
        const wanted = history
          // Three events open the fund, so the nth payment stands at position n + 3.
          .map((payment, n) => ({ ...payment, position: n + 4 }))
          .filter(({ day: n }) => days === undefined || (n >= days[0] && n <= days[1]))
          .filter(({ words }) =>
            text.split(" ").every((begin) => words.some((word) => word.startsWith(begin))),
          )
          .map(({ day: n, position }) => ({ position, date: isByDate ? day(n) : "" }))
          .sort((a, b) => (a.date === b.date ? a.position - b.position : a.date < b.date ? -1 : 1));
        if (isDescending) wanted.reverse();
        const groups = [
          ...termGroups({ text }),
          ...(days === undefined ? [] : [dateGroup(day(days[0]), day(days[1]))]),
        ];
        const reading = { reads, book, projectionsMoved: new WakeSignal(), shape: SHAPE };
        const range = { from: 1, to: Number.MAX_SAFE_INTEGER };
        const found: TermPlace[] = [];
        for (;;) {
          const behind = found.at(-1);
          const asked = { groups, ...range, isByDate, isDescending, behind };
          const places = await findPlaces(reading, asked, count);
          found.push(...places);
          if (places.length < count) break;
        }
        expect(found).toEqual(wanted);
      },
    ),
    { numRuns: rounds(15, 150) },
  );
});
