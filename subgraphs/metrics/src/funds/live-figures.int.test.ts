import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createLogger } from "@allfunds/platform/logging";
import { TenantPool } from "@allfunds/platform/tenancy";
import type { LedgerEvent } from "@allfunds/contract/events";
import { rounds, storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyEvents } from "../feed/apply-events.ts";
import { BookFixture } from "../feed/book.fixture.ts";
import { TenantBookFixture } from "../feed/tenant-book.fixture.ts";
import { readNotification } from "../feed/fund-delta.ts";
import type { FundChanged } from "../feed/fund-delta.ts";
import { FundUpdates } from "../feed/fund-updates.ts";
import { createMigratedDatabase } from "../metrics-database.fixture.ts";
import { addDays } from "../series/calendar.ts";
import { advance } from "./fund-figures.ts";
import type { FundFigures } from "./fund-figures.ts";
import { readFundFigures } from "./fund-figures-sql.ts";
import { fundMetrics } from "./fund-metrics.ts";
import { KeptFigures } from "./kept-figures.ts";
import { LiveFigures } from "./live-figures.ts";

const TODAY = "2026-03-01";
const logger = createLogger("metrics", "silent");
let database: TestDatabase;
let reads: TenantPool;
let updates: FundUpdates;

beforeAll(async () => {
  database = await createMigratedDatabase();
  reads = new TenantPool(database.pool);
  updates = new FundUpdates(database.pool, logger);
});
afterAll(async () => {
  await updates.stop();
  await database.drop();
});

const read = async (fundId: string): Promise<FundFigures> => {
  const found = await readFundFigures(reads, DEMO_TENANT_ID, [fundId], TODAY);
  const figures = found.get(fundId);
  if (figures === undefined) throw new Error("the fund is not followed");
  return figures;
};

const day = fc.constantFrom(-40_000, -200, -90, -89, -31, -30, -3, 0, 1, 355_000);
const cents = fc.integer({ min: 1, max: 9_999 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("post"), day, cents, into: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("exchange"), day, cents }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reverse"), day, of: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("adjust"), day, cents }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mark"), isCash: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Rates of the dollars that a book holds, in both directions and over a third currency. */
const rate = fc.array(
  fc.record({
    day,
    pair: fc.constantFrom("EUR/USD", "USD/EUR", "GBP/USD", "GBP/EUR"),
    hundredths: fc.integer({ min: 1, max: 300 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const quote = (offset: number, of: { pair: string; hundredths: number }) =>
  [addDays(TODAY, offset), of.pair, decimal(of.hundredths)] as const;

const decimal = (minor: number) =>
  `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;

function writeBook(steps: readonly Step[]): BookFixture {
  const book = new BookFixture();
  const [bank, capital, sales] = [
    book.account("1000", "ASSET"),
    book.account("3000", "EQUITY"),
    book.account("4000", "INCOME"),
  ];
  const [dollars, traded] = [
    book.account("1020", "ASSET", "USD"),
    book.account("3900", "EQUITY", "USD"),
  ];
  /** What takes back each transaction that is not reversed yet. */
  const open: ((on: string) => void)[] = [];
  for (const each of steps) {
    if (each.kind === "mark") {
      book.rename(bank, "Main bank", "isCash" in each && each.isCash);
      continue;
    }
    const on = addDays(TODAY, "day" in each ? each.day : 0);
    const amount = "cents" in each ? decimal(each.cents) : "";
    if ("of" in each) {
      open.splice(each.of, 1)[0]?.(on);
    } else if (each.kind === "exchange") {
      const fx = { base: "EUR", quote: "USD", rate: "1.00", scale: 2 };
      const id = book.exchange(
        on,
        { ...fx, baseAmount: amount, quoteAmount: amount },
        [capital, "DEBIT", amount],
        [bank, "CREDIT", amount],
        [dollars, "DEBIT", amount, "USD"],
        [traded, "CREDIT", amount, "USD"],
      );
      open.push((later) =>
        book.reverse(
          id,
          later,
          [capital, "CREDIT", amount],
          [bank, "DEBIT", amount],
          [dollars, "CREDIT", amount, "USD"],
          [traded, "DEBIT", amount, "USD"],
        ),
      );
    } else if (each.kind === "adjust") {
      book.adjust(on, [bank, "DEBIT", amount], [capital, "CREDIT", amount]);
    } else if ("into" in each) {
      const [to, from] = each.into ? [bank, sales] : [sales, bank];
      const id = book.post(on, [to, "DEBIT", amount], [from, "CREDIT", amount]);
      open.push((later) =>
        book.reverse(id, later, [from, "DEBIT", amount], [to, "CREDIT", amount]),
      );
    }
  }
  return book;
}

const MOVE_BOOK = `
  INSERT INTO feed_book_position (tenant_id, fund_id, follower, position)
  VALUES ($1, $2, 'metrics', $3)
  ON CONFLICT (tenant_id, fund_id, follower) DO UPDATE SET position = excluded.position`;

/** Applies a batch with its position, as the follower does, and returns what every replica is notified of. */
async function apply(events: readonly LedgerEvent[]): Promise<FundChanged[]> {
  const effect = applyEvents();
  const notified: string[] = [];
  await storeEffect(
    database.pool,
    {
      statementsFor: async (batch, client) => {
        const statements = await effect.statementsFor(batch, client);
        for (const { text, values } of statements) {
          if (text.includes("pg_notify"))
            notified.push(...(JSON.parse(String(values[0])) as string[]));
        }
        return statements;
      },
    },
    events,
    ...events.map(({ tenantId, fundId, position }) => {
      return { text: MOVE_BOOK, values: [tenantId, fundId, String(position)] };
    }),
  );
  return notified.map(readNotification);
}

const shown = (figures: FundFigures) => ({
  metrics: fundMetrics(figures),
  balances: [...figures.balances].sort(([a], [b]) => (a < b ? -1 : 1)),
  flows: [figures.flows30d, figures.flows90d],
  otherFlows: [...figures.otherFlows].sort(([a], [b]) => (a < b ? -1 : 1)),
  history: figures.history,
  position: figures.position,
});

describe("live figures", () => {
  test("and kept ones equal what is read afresh after every batch, wherever the feed is cut", async () => {
    const books = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 40, size: "max" }),
      cuts: fc.array(fc.integer({ min: 6, max: 46 }), { maxLength: 8, size: "max" }),
      // Which batches rates are recorded with or behind.
      recorded: fc.array(fc.option(rate, { freq: 2 }), { maxLength: 9, size: "max" }),
      isTogether: fc.boolean(),
    });
    const own = new TenantBookFixture();
    let advanced = 0;
    let converted = 0;
    const kept = new KeptFigures();
    const readKept = async (fundId: string) => {
      const fundIds = [fundId];
      const request = { tenantId: DEMO_TENANT_ID, fundIds, today: TODAY, reader: null };
      return (await kept.read(reads, request)).get(fundId);
    };
    await fc.assert(
      fc.asyncProperty(books, async ({ steps, cuts, recorded, isTogether }) => {
        const book = writeBook(steps);
        // The fund and its accounts come first.
        const edges = [6, ...cuts, book.events.length].sort((a, b) => a - b);
        await apply(book.events.slice(0, 6));
        let live = await read(book.fundId);
        const check = async (batch: readonly LedgerEvent[]) => {
          if (batch.length === 0) return;
          const changes = await apply(batch);
          const fresh = await read(book.fundId);
          const first = await readKept(book.fundId);
          expect(first && shown(first)).toEqual(shown(fresh));
          expect(await readKept(book.fundId)).toBe(first);
          for (const { fundId, isOfTenant, delta } of changes) {
            if (fundId !== book.fundId && !isOfTenant) continue;
            const isAdvanced = delta !== null && advance(live, delta);
            if (isAdvanced) advanced += 1;
            else live = await read(book.fundId);
          }
          expect(shown(live)).toEqual(shown(fresh));
          const cash = fundMetrics(live).find(({ name }) => name === "cash");
          if (cash?.inputs?.some(({ name }) => name.startsWith("source of rate"))) converted += 1;
        };
        for (const [index, edge] of edges.slice(1).entries()) {
          const batch = book.events.slice(edges[index], edge);
          const rates = recorded[index]
            ? [own.record(...recorded[index].map(({ day: of, ...each }) => quote(of, each)))]
            : [];
          for (const each of isTogether ? [[...batch, ...rates]] : [batch, rates]) {
            await check(each);
          }
        }
      }),
      { numRuns: rounds(20, 40) },
    );
    expect(advanced).toBeGreaterThan(20);
    expect(converted).toBeGreaterThan(20);
  });

  test("are not advanced by a delta that leaves a gap", async () => {
    const book = writeBook([]);
    await apply(book.events);
    const figures = await read(book.fundId);
    const delta = {
      after: figures.position + 1,
      position: figures.position + 2,
      changes: [],
      rates: [],
    };
    expect(advance(figures, delta)).toBe(false);
  });

  test("reach a subscriber with the rate that was recorded, without a posting", async () => {
    const book = new BookFixture();
    const francs = book.account("1020", "ASSET", "CHF");
    const equity = book.account("3000", "EQUITY", "CHF");
    book.post(TODAY, [francs, "DEBIT", "100", "CHF"], [equity, "CREDIT", "100", "CHF"]);
    await apply(book.events);
    updates.start();
    const now = () => new Date(`${TODAY}T12:00:00Z`);
    const live = new LiveFigures({ updates, read: (_tenantId, id) => read(id), logger, now });
    const subscriber = live.subscribe(DEMO_TENANT_ID, book.fundId);
    const own = new TenantBookFixture();
    const seen = new Set<bigint | undefined>();
    for (const [of, cash] of [
      ["0.8", 8_000n],
      ["0.9", 9_000n],
    ] as const) {
      await apply([own.record([TODAY, "CHF/EUR", of])]);
      while (!seen.has(cash)) {
        const { value } = await subscriber.next();
        seen.add(value && fundMetrics(value).find(({ name }) => name === "cash")?.money?.minor);
      }
    }
    await subscriber.return();
    // Cash is unknown, or by one of the rates; never without the francs.
    expect([...seen].filter((cash) => cash !== undefined)).toEqual([8_000n, 9_000n]);
  });

  test("reach a subscriber after each change, read once and then advanced", async () => {
    const book = writeBook([]);
    const [, bank = "", , sales = ""] = book.events.map(({ payload }) =>
      "accountId" in payload ? payload.accountId : "",
    );
    await apply(book.events);
    updates.start();
    let readings = 0;
    const live = new LiveFigures({
      updates,
      read: (_tenantId, fundId) => {
        readings += 1;
        return read(fundId);
      },
      logger,
      now: () => new Date(`${TODAY}T12:00:00Z`),
    });
    const subscriber = live.subscribe(DEMO_TENANT_ID, book.fundId);
    const cashOf = async (): Promise<bigint | undefined> =>
      (await subscriber.next()).value?.balances.get("EUR")?.cash;
    for (const cash of [100n, 200n, 300n]) {
      const start = book.position;
      book.post(TODAY, [bank, "DEBIT", "1"], [sales, "CREDIT", "1"]);
      await apply(book.events.slice(start));
      // When it begins to listen it notifies as well, since it may have missed changes.
      while ((await cashOf()) !== cash);
    }
    expect(readings).toBeLessThanOrEqual(3);
  });
});
