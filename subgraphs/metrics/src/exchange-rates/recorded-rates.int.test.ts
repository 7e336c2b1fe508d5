import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { TenantPool } from "@allfunds/platform/tenancy";
import { rounds, storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import { rateBetween } from "@allfunds/contract/money";
import { newId } from "@allfunds/platform/ids";
import type { LedgerEvent } from "@allfunds/contract/events";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyEvents } from "../feed/apply-events.ts";
import { BookFixture } from "../feed/book.fixture.ts";
import { TenantBookFixture } from "../feed/tenant-book.fixture.ts";
import { readFundFigures } from "../funds/fund-figures-sql.ts";
import { createMetricsDatabase } from "../metrics-database.fixture.ts";
import { addDays } from "../series/calendar.ts";

const TODAY = "2026-03-01";
let database: TestDatabase;
let reads: TenantPool;

beforeAll(async () => {
  database = await createMetricsDatabase();
  reads = new TenantPool(database.pool);
});
afterAll(() => database.drop());

const apply = (events: readonly LedgerEvent[]) => storeEffect(database.pool, applyEvents(), events);

/** A fund in EUR with accounts in other currencies. */
async function openFund(tenantId: string, ...currencies: string[]): Promise<BookFixture> {
  const book = new BookFixture("EUR", tenantId);
  for (const currency of currencies) book.account(`1 ${currency}`, "ASSET", currency);
  await apply(book.events);
  return book;
}

async function ratesOf({ tenantId, fundId }: BookFixture, reader: string | null = null) {
  const found = await readFundFigures(reads, tenantId, [fundId], TODAY, reader);
  return found.get(fundId)!.rates;
}

describe("recorded rates", () => {
  test("of one day count as they were recorded last, by event and by line", async () => {
    const fund = await openFund(newId(), "USD");
    const own = new TenantBookFixture(fund.tenantId);
    own.record(["2026-02-27", "EUR/USD", "1.10"], ["2026-02-27", "EUR/USD", "1.110"]);
    own.record(["2026-02-26", "EUR/USD", "1.05"]);
    const quoted = async (day: string) =>
      (await ratesOf(fund)).at(day, "USD", "EUR")?.rates.map(({ rate }) => rate);
    await apply(own.events);
    expect(await quoted(TODAY)).toEqual(["1.110"]);
    await apply([own.record(["2026-02-27", "EUR/USD", "1.2"])]);
    expect(await quoted(TODAY)).toEqual(["1.2"]);
    expect(await quoted("2026-02-26")).toEqual(["1.05"]);
    expect(await quoted("2026-02-25")).toBeUndefined();
  });

  test("are of the source that comes first in the terms of the fund on the day", async () => {
    const fund = await openFund(newId(), "USD");
    const own = new TenantBookFixture(fund.tenantId);
    own.record(
      ["2026-02-20", "EUR/USD", "1.05", "BANK"],
      ["2026-02-20", "EUR/USD", "1.06"],
      ["2026-02-27", "EUR/USD", "1.10", "BANK"],
      ["2026-02-27", "EUR/USD", "1.11"],
      ["2026-02-28", "EUR/USD", "1.20", "OTHER"],
    );
    await apply(own.events);
    const quoted = async (day: string) =>
      (await ratesOf(fund)).at(day, "USD", "EUR")?.rates.map(({ rate }) => rate);
    const days = ["2026-02-20", "2026-02-25", "2026-02-27", TODAY];
    const all = async () => (await Promise.all(days.map(quoted))).flat();
    // The last line, without terms.
    expect(await all()).toEqual(["1.06", "1.06", "1.11", "1.20"]);
    // Terms of a later day stand beside those of the first, and the newest day goes before every source.
    await apply([fund.prefer("2026-02-01", "NONE", "BANK")]);
    expect(await all()).toEqual(["1.05", "1.05", "1.10", "1.20"]);
    await apply([fund.prefer("2026-02-26", "ECB")]);
    expect(await all()).toEqual(["1.05", "1.05", "1.11", "1.20"]);
    await apply([fund.prefer("2026-02-26"), own.record(["2026-02-27", "EUR/USD", "1.12", "BANK"])]);
    expect(await all()).toEqual(["1.05", "1.05", "1.12", "1.20"]);
  });

  test("are those of their tenant only", async () => {
    const [fund, other] = [await openFund(newId(), "USD"), await openFund(newId(), "USD")];
    const own = new TenantBookFixture(fund.tenantId);
    await apply([own.record(["2026-02-27", "EUR/USD", "1.10"])]);
    expect((await ratesOf(fund)).at(TODAY, "USD", "EUR")).not.toBeNull();
    expect((await ratesOf(other)).at(TODAY, "USD", "EUR")).toBeNull();
  });

  test("lead where the rule of the ledger leads, whatever was recorded in which order", async () => {
    const currency = fc.constantFrom("EUR", "USD", "GBP", "CHF");
    const rate = fc
      .record({
        base: currency,
        quote: currency,
        offset: fc.constantFrom(-400, -120, -90, -89, -30, -1, 0, 9),
        cents: fc.integer({ min: 1, max: 300 }),
        source: fc.constantFrom("ECB", "BANK", "DESK"),
      })
      .filter(({ base, quote }) => base !== quote);
    const batches = fc.array(fc.array(rate, { minLength: 1, maxLength: 5 }), { maxLength: 5 });
    const terms = fc.array(
      fc.record({
        offset: fc.constantFrom(-400, -90, -60, -1, 0),
        sources: fc.subarray(["ECB", "BANK", "DESK"]),
      }),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(
        batches,
        terms,
        fc.constantFrom(null, "CHF"),
        fc.constantFrom(-90, -60, -1, 0),
        async (recorded, set, reader, offset) => {
          const fund = await openFund(newId(), "USD", "GBP");
          for (const each of set) {
            await apply([fund.prefer(addDays(TODAY, each.offset), ...each.sources)]);
          }
          const own = new TenantBookFixture(fund.tenantId);
          for (const batch of recorded) {
            own.record(
              ...batch.map(
                (each) =>
                  [
                    addDays(TODAY, each.offset),
                    `${each.base}/${each.quote}`,
                    `0.${String(each.cents).padStart(3, "0")}`,
                    each.source,
                  ] as const,
              ),
            );
          }
          if (own.position > 0) await apply(own.events);
          const day = addDays(TODAY, offset);
          const all = own.events.flatMap(({ payload }) =>
            "rates" in payload ? payload.rates : [],
          );
          const known = new Map(set.map((each) => [each.offset, each.sources]));
          const present = [...known.keys()].filter((each) => each <= offset).sort((a, b) => b - a);
          const sources = known.get(present[0] ?? NaN) ?? [];
          const rank = (source: string) =>
            sources.includes(source) ? sources.indexOf(source) : sources.length;
          // Of the newest day the first source, of that the last record, by pair.
          const newest = new Map<string, (typeof all)[number]>();
          for (const each of all) {
            const pair = `${each.base} ${each.quote}`;
            const before = newest.get(pair);
            if (each.date > day || (before !== undefined && before.date > each.date)) continue;
            const isOlder = before === undefined || before.date < each.date;
            if (isOlder || rank(each.source) <= rank(before.source)) newest.set(pair, each);
          }
          const rates = await ratesOf(fund, reader);
          for (const held of ["USD", "GBP"]) {
            const to = reader ?? "EUR";
            const right = rateBetween([...newest.values()], held, to);
            const found = rates.at(day, held, to);
            expect(found && [found.quotation, found.day]).toEqual(
              right && [right.quotation, right.date],
            );
          }
        },
      ),
      { numRuns: rounds(25, 60) },
    );
  });

  test("are of the tenant, whichever of its funds a caller may see", async () => {
    const fund = await openFund(DEMO_TENANT_ID, "USD");
    await apply([new TenantBookFixture().record(["2026-02-27", "EUR/USD", "1.10"])]);
    const granted = reads.seeing([fund.fundId]);
    const found = await readFundFigures(granted, DEMO_TENANT_ID, [fund.fundId], TODAY);
    expect(found.get(fund.fundId)?.rates.at(TODAY, "USD", "EUR")).not.toBeNull();
  });
});
