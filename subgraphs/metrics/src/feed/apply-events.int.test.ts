import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { LedgerEvent } from "@allfunds/contract/events";
import { rounds, storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyEvents } from "./apply-events.ts";
import { BookFixture } from "./book.fixture.ts";
import { addDays } from "../series/calendar.ts";
import { Interval } from "../series/date-range.ts";
import { createMetricsDatabase } from "../metrics-database.fixture.ts";
import { readClassNavs } from "../share-classes/class-nav-sql.ts";
import { readBalancePoints, readFundBuckets, readSumsUpTo } from "../series/fund-series.ts";

let database: TestDatabase;
const effect = applyEvents();

beforeAll(async () => {
  database = await createMetricsDatabase();
});
afterAll(() => database.drop());

const applyBatch = (events: readonly LedgerEvent[]) => storeEffect(database.pool, effect, events);

const balances = (book: BookFixture, interval: Interval, from: string, to: string) =>
  withTransaction(database.pool, undefined, (client) =>
    readBalancePoints(client, {
      tenantId: DEMO_TENANT_ID,
      fundId: book.fundId,
      currency: book.currency,
      interval,
      range: { from, to },
    }),
  );

const FIRST_DAY = "2025-11-20";
const LAST_OFFSET = 90;
const movement = fc.record({
  offset: fc.integer({ min: 0, max: LAST_OFFSET }),
  cents: fc.bigInt({ min: 1n, max: 10n ** 24n }),
  kind: fc.constantFrom("sale", "rent", "transfer", "loan"),
});
type Movement = typeof movement extends fc.Arbitrary<infer Value> ? Value : never;

const decimal = (cents: bigint) => `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;

function writeBook(movements: readonly Movement[]): BookFixture {
  const book = new BookFixture();
  const bank = book.account("1000", "ASSET");
  const till = book.account("1010", "ASSET");
  const others = {
    sale: book.account("4000", "INCOME"),
    rent: book.account("6000", "EXPENSE"),
    transfer: till,
    loan: book.account("2000", "LIABILITY"),
  };
  for (const { offset, cents, kind } of movements) {
    const day = addDays(FIRST_DAY, offset);
    const [to, from] = kind === "rent" ? [others.rent, bank] : [bank, others[kind]];
    book.post(day, [to, "DEBIT", decimal(cents)], [from, "CREDIT", decimal(cents)]);
  }
  return book;
}

/** Cash and net assets at the end of a day, straight from the movements. */
function directly(movements: readonly Movement[], day: string) {
  const sum = (kinds: string[]) =>
    movements
      .filter(({ offset, kind }) => addDays(FIRST_DAY, offset) <= day && kinds.includes(kind))
      .reduce((total, { cents }) => total + cents, 0n);
  const cash = sum(["sale", "loan"]) - sum(["rent"]);
  return { date: day, cash, net: cash - sum(["loan"]) };
}

describe("applying events", () => {
  test("gives the sums of a direct computation however the events are batched", async () => {
    const books = fc.record({
      movements: fc.array(movement, { minLength: 1, maxLength: 40 }),
      cuts: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(books, async ({ movements, cuts }) => {
        const book = writeBook(movements);
        const edges = [0, ...cuts.sort((a, b) => a - b), book.events.length];
        for (const [index, edge] of edges.slice(1).entries()) {
          if (edge % 3 === 0) effect.evict?.();
          await applyBatch(book.events.slice(edges[index], edge));
        }
        const last = addDays(FIRST_DAY, LAST_OFFSET);
        for (const interval of [Interval.DAY, Interval.MONTH]) {
          const points = await balances(book, interval, "2025-11-01", last);
          expect(
            points.map(({ date, cash, net }) => ({ date, cash: cash.minor, net: net.minor })),
          ).toEqual(points.map(({ date }) => directly(movements, date)));
        }
      }),
      { numRuns: rounds(10, 25) },
    );
  });

  test("moves a backdated transaction's own day and every later one", async () => {
    const book = new BookFixture();
    const bank = book.account("1000", "ASSET");
    const sales = book.account("4000", "INCOME");
    book.post("2026-01-31", [bank, "DEBIT", "100"], [sales, "CREDIT", "100"]);
    book.post("2026-03-02", [bank, "DEBIT", "5"], [sales, "CREDIT", "5"]);
    await applyBatch(book.events);
    const before = book.events.length;
    book.post("2026-01-30", [bank, "DEBIT", "20"], [sales, "CREDIT", "20"]);
    await applyBatch(book.events.slice(before));

    const days = await balances(book, Interval.DAY, "2026-01-29", "2026-02-01");
    expect(days.map(({ cash }) => cash.minor)).toEqual([0n, 2000n, 12000n, 12000n]);
    const months = await balances(book, Interval.MONTH, "2026-01-01", "2026-03-31");
    expect(months.map(({ date, cash }) => [date, cash.minor])).toEqual([
      ["2026-01-31", 12000n],
      ["2026-02-28", 12000n],
      ["2026-03-31", 12500n],
    ]);
  });

  test("counts the started month only up to the last requested day", async () => {
    const book = new BookFixture();
    const bank = book.account("1000", "ASSET");
    const sales = book.account("4000", "INCOME");
    book.post("2026-03-02", [bank, "DEBIT", "5"], [sales, "CREDIT", "5"]);
    book.post("2026-03-20", [bank, "DEBIT", "7"], [sales, "CREDIT", "7"]);
    await applyBatch(book.events);
    await withTransaction(database.pool, undefined, async (client) => {
      const range = { from: "2026-03-01", to: "2026-03-10" };
      const of = [client, DEMO_TENANT_ID, book.fundId] as const;
      const [month] = await readFundBuckets(...of, Interval.MONTH, range);
      expect(month).toMatchObject({ bucket: "2026-03-01", inflow: 500n });
      const sums = await readSumsUpTo(...of, "2026-03-10");
      expect(sums.get("EUR")?.cash).toBe(500n);
    });
  });

  test("keeps the NAVs of a class, each as the book had it at a position", async () => {
    const [book, classId] = [new BookFixture(), newId()];
    book.publish("2026-08-31", classId, null);
    book.publish("2026-09-30", classId, "100.5000");
    book.publish("2026-10-30", classId, "101.2500");
    const published = book.position;
    book.publish("2026-09-30", classId, "100.2500");
    await applyBatch(book.events);
    const range = { from: "2026-01-01", to: "2026-12-31" };
    const navs = (knownAt: number | null) =>
      withTransaction(database.pool, undefined, (client) =>
        readClassNavs(client, DEMO_TENANT_ID, classId, range, knownAt),
      );
    const now = await navs(null);
    expect([...now.series.times].map((time) => new Date(time).toISOString().slice(0, 10))).toEqual([
      "2026-09-30",
      "2026-10-30",
    ]);
    expect([...now.series.values]).toEqual([100.25, 101.25]);
    expect([...(await navs(published)).series.values]).toEqual([100.5, 101.25]);
  });

  test("leaves nothing behind when a batch fails", async () => {
    const book = new BookFixture();
    const bank = book.account("1000", "ASSET");
    book.post("2026-01-05", [bank, "DEBIT", "1"], [newId(), "CREDIT", "1"]);
    await expect(applyBatch(book.events)).rejects.toThrow(/before opening it/);
    const { rowCount } = await database.pool.query("SELECT FROM fund WHERE fund_id = $1", [
      book.fundId,
    ]);
    expect(rowCount).toBe(0);
  });
});
