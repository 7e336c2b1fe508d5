import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { rounds, storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMetricsDatabase } from "../metrics-database.fixture.ts";
import { addDays } from "../series/calendar.ts";
import { recountResults } from "./account-result-sql.ts";
import { applyEvents } from "./apply-events.ts";
import { BookFixture } from "./book.fixture.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createMetricsDatabase();
});
afterAll(() => database.drop());

const READ = (table: string) => `
  SELECT account_id, bucket::text, moved::text, result::text FROM ${table}
  WHERE tenant_id = $1 AND account_id IN
    (SELECT account_id FROM account WHERE tenant_id = $1 AND fund_id = $2)
  ORDER BY 1, 2`;

const read = (fundId: string) =>
  withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const of = [DEMO_TENANT_ID, fundId];
    const days = await client.query(READ("account_day"), of);
    const months = await client.query(READ("account_month"), of);
    return { days: days.rows, months: months.rows };
  });

const recount = (fundId: string) =>
  withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    for (const { text, values } of recountResults([{ tenantId: DEMO_TENANT_ID, fundId }])) {
      await client.query(text, [...(values ?? [])]);
    }
  });

const TYPES = ["ASSET", "ASSET", "ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"] as const;
const step = fc.record({
  offset: fc.nat(40),
  cents: fc.array(fc.integer({ min: -999, max: 999 }), {
    minLength: TYPES.length,
    maxLength: TYPES.length,
  }),
  isReversed: fc.boolean(),
  rename: fc.option(fc.tuple(fc.nat(2), fc.boolean())),
});

const decimal = (cents: number) => (Math.abs(cents) / 100).toFixed(2);

/** Postings that balance in the last account, some of them reversed ten days later. */
function writeBook(steps: readonly (typeof step extends fc.Arbitrary<infer Of> ? Of : never)[]) {
  const book = new BookFixture();
  const accounts = TYPES.map((type, index) => book.account(`${index}`, type));
  for (const { offset, cents, isReversed, rename } of steps) {
    const rest = cents.slice(1).reduce((sum, each) => sum + each, 0);
    const nets = [-rest, ...cents.slice(1)].map((net, index) => [accounts[index], net] as const);
    const linesOf = (sign: 1 | -1) =>
      nets.map(([id, net]) => {
        const side = net * sign >= 0 ? ("DEBIT" as const) : ("CREDIT" as const);
        return [id, side, decimal(net)] as const;
      });
    const day = addDays("2025-12-01", offset);
    const id = book.post(day, ...linesOf(1));
    if (isReversed) book.reverse(id, addDays(day, 10), ...linesOf(-1));
    if (rename !== null) book.rename(accounts[rename[0]], "renamed", rename[1]);
  }
  return book;
}

test("what accounts earned is the same as counted anew, whatever was reversed or marked since", async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(20), async (all, cut) => {
      const book = writeBook(all);
      const effect = applyEvents();
      await storeEffect(database.pool, effect, book.events.slice(0, 8 + cut));
      await storeEffect(database.pool, effect, book.events.slice(8 + cut));
      const followed = await read(book.fundId);
      await recount(book.fundId);
      expect(await read(book.fundId)).toEqual(followed);
    }),
    { numRuns: rounds(10, 25) },
  );
});
