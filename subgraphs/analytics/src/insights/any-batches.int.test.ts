import { rounds } from "@allfunds/platform/testing";
import type { LedgerEvent } from "@allfunds/contract/events";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { examineFund } from "../examination/examine-fund.ts";
import { BookFixture } from "../feed/book.fixture.ts";
import { listInsights } from "./insight-store.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

const posting = fc.record({
  // Mostly of one kind, so that there is more of it than is looked back at.
  text: fc.oneof(
    { weight: 8, arbitrary: fc.constant("OFFICE RENT") },
    { weight: 2, arbitrary: fc.constantFrom("Management fee", "Taxi ride", "Bank charges") },
  ),
  payee: fc.constantFrom("Landlord", "Northwind", "Cab", "Desk", undefined),
  newcomer: fc.integer({ min: 0, max: 40 }),
  cents: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 90_00, max: 110_00 }) },
    { weight: 2, arbitrary: fc.constantFrom(100_00, 200_00) },
    { weight: 1, arbitrary: fc.integer({ min: 9_000_00, max: 99_000_00 }) },
  ),
  out: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean()),
  day: fc.integer({ min: 1, max: 28 }),
  /** Now and then the bank account is marked before it, one time in four as no cash. */
  mark: fc.noBias(fc.integer({ min: 0, max: 250 })),
  /** How many go into the batch that begins here; then whether the service starts anew. */
  batch: fc.integer({ min: 1, max: 40 }),
  restart: fc.boolean(),
});
type Posting = typeof posting extends fc.Arbitrary<infer Value> ? Value : never;

function eventsOf(postings: readonly Posting[], book: BookFixture): LedgerEvent[] {
  const posted = postings.flatMap(({ text, payee, newcomer, cents, out, day, mark }) => {
    const name = newcomer < 2 ? `Newcomer ${"abcdefgh"[day % 8]}x` : payee;
    return [
      ...(mark < 4 ? [book.rename("Bank EUR", `Bank ${mark}`, mark > 0)] : []),
      book.post({
        amount: `${out ? "-" : ""}${cents / 100}`,
        description: text,
        date: `2026-05-${String(day).padStart(2, "0")}`,
        ...(name === undefined ? {} : { counterparty: name }),
      }),
    ];
  });
  return [...book.opening, ...posted];
}

/** The same events as of another tenant, whose movements have the same ids. */
const ofTenant = (tenantId: string, events: readonly LedgerEvent[]): LedgerEvent[] =>
  events.map((event) => ({ ...event, tenantId }));

async function insightsOf(tenantId: string, fundId: string) {
  const page = { fundId, after: null, limit: 10_000, filter: {} };
  const insights = await listInsights(database.reads, tenantId, page);
  return insights
    .map(({ insightId: _id, createdAt: _at, ...insight }) => JSON.stringify(insight))
    .sort();
}

async function movementsOf(tenantId: string): Promise<unknown[]> {
  return withTransaction(database.pool, { tenantId }, async (client) => {
    const { rows } = await client.query(
      `SELECT transaction_id, direction, amount_minor, currency, category, confidence
       FROM movement WHERE tenant_id = $1 ORDER BY transaction_id`,
      [tenantId],
    );
    return rows;
  });
}

test("batches of any size, with restarts in between, find what one batch finds", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(posting, { minLength: 150, maxLength: 450, size: "max" }),
      async (postings) => {
        const [whole, split] = [newId(), newId()];
        const book = new BookFixture(whole);
        const events = eventsOf(postings, book);
        await database.apply(events);
        await database.examine();
        let effect = database.effect();
        for (let from = 0; from < events.length;) {
          const { batch, restart } = postings[from % postings.length];
          await database.apply(ofTenant(split, events.slice(from, from + batch)), false, effect);
          from += batch;
          if (restart) effect = database.effect();
          // Also between batches, or not until the last.
          if (from % 3 === 0) await database.examine();
        }
        await database.examine();
        const expected = await insightsOf(whole, book.fundId);
        expect(await insightsOf(split, book.fundId)).toEqual(expected);
        expect(await movementsOf(split)).toEqual(await movementsOf(whole));
        found += expected.length;
      },
    ),
    { numRuns: rounds(2, 4) },
  );
  expect(found).toBeGreaterThan(20);
});

/** Rows of movements that are read to examine what is marked of a fund. */
async function rowsReadFor(fund: { tenantId: string; fundId: string }): Promise<number> {
  return withTransaction(database.pool, fund, async (client) => {
    await examineFund(client, fund, new Date("2026-06-30T12:00:00Z"));
    // In one transaction, whose counts are exact and wait for no report.
    const { rows } = await client.query<{ read: number }>(
      `SELECT (seq_tup_read + idx_tup_fetch)::int AS read
       FROM pg_stat_xact_user_tables WHERE relname = 'movement'`,
    );
    return rows[0]?.read ?? Number.NaN;
  });
}

const payeeOf = (index: number): string =>
  `Payee ${[1, 26, 676].map((unit) => "abcdefghijklmnopqrstuvwxyz"[Math.floor(index / unit) % 26]).join("")}x`;

test("a batch reads no more than is looked back at, also when statistics are of yesterday", async () => {
  // The statistics are of another tenant, with a few payees.
  const before = new BookFixture(newId());
  const few = Array.from({ length: 600 }, (_, index) =>
    before.post({ amount: "-100.00", description: "RENT", counterparty: payeeOf(index % 3) }),
  );
  await database.apply([...before.opening, ...few]);
  await database.pool.query("ANALYZE movement");
  await database.pool.query("TRUNCATE movement, examination_mark");
  const book = new BookFixture(newId());
  const pay = (payee: string) =>
    book.post({ amount: "-100.00", description: "OFFICE RENT", counterparty: payee });
  await database.apply(book.opening);
  await database.apply(Array.from({ length: 6_000 }, (_, index) => pay(payeeOf(index))));
  await database.pool.query("TRUNCATE examination_mark");
  await database.apply(Array.from({ length: 20 }, (_, index) => pay(payeeOf(9_000 + index))));
  const read = await rowsReadFor(book);
  expect(read).toBeGreaterThan(200);
  expect(read).toBeLessThan(1_500);
});

test("a category that the language model has changed counts for what came after it", async () => {
  const tenantId = newId();
  const book = new BookFixture(tenantId);
  const rents = Array.from({ length: 14 }, (_, index) =>
    book.post({ amount: `-${100 + index}.00`, description: "OFFICE RENT" }),
  );
  const odd = book.post({ amount: "-9000.00", description: "OFFICE RENT", date: "2026-06-20" });
  await database.apply([...book.opening, ...rents, odd], true);
  await database.examine();
  expect(await insightsOf(tenantId, book.fundId)).toHaveLength(1);
  const recategorised = rents.map(({ payload }) => payload.transactionId);
  await database.recategorise(tenantId, recategorised, "MARKETING");
  await database.examine();
  expect(await insightsOf(tenantId, book.fundId)).toEqual([]);
});
