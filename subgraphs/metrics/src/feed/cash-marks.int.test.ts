import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import type { LedgerEvent } from "@allfunds/contract/events";
import { rounds, storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyEvents } from "./apply-events.ts";
import { BookFixture } from "./book.fixture.ts";
import { addDays, monthStart } from "../series/calendar.ts";
import { createMetricsDatabase } from "../metrics-database.fixture.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createMetricsDatabase();
});
afterAll(() => database.drop());

const CODES = ["1000", "4711", "1200", "6000"] as const;
const FIRST_DAY = "2026-01-25";

/** A transaction between accounts by index, or a new mark of one. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      // Few days and directions, so that flows are added to by several batches.
      day: fc.constantFrom(0, 1, 10),
      // What each account gets; the last one of the chart pays for all.
      nets: fc.array(fc.constantFrom<number[]>(0, 0, 0, -4, 2, 3), { minLength: 3, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ account: fc.nat(CODES.length - 1), countsAsCash: fc.boolean() }),
  },
  // Takes an earlier transaction back, or those of its accounts that are chosen.
  {
    weight: 2,
    arbitrary: fc.record({
      reversed: fc.nat(20),
      on: fc.constantFrom(0, 10, 40),
      legs: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const lineOf = (accountId: string, minor: number) =>
  [accountId, minor > 0 ? "DEBIT" : "CREDIT", `0.0${Math.abs(minor) % 10}`] as const;

interface Moved {
  readonly id: string;
  readonly day: string;
  /** What each account has of it, without what was reversed. */
  readonly left: number[];
}

interface Played {
  readonly book: BookFixture;
  readonly moved: Moved[];
  /** Changes of every account, by the effective day of the transaction or reversal. */
  readonly changes: { day: string; nets: readonly number[] }[];
  readonly marks: boolean[];
}

const withPayer = (nets: readonly number[]) => [...nets, -nets.reduce((sum, net) => sum + net, 0)];

function play(steps: readonly Step[]): Played {
  const book = new BookFixture();
  const accounts = CODES.map((code) => book.account(code, "ASSET"));
  const played: Played = { book, moved: [], changes: [], marks: [true, false, false, false] };
  const linesOf = (nets: readonly number[]) =>
    nets.flatMap((minor, index) => {
      // Two legs each, so that accounts may also be paid and pay in one transaction.
      return minor === 0 ? [] : [lineOf(accounts[index], minor), lineOf(accounts[3], -minor)];
    });
  for (const each of steps) {
    if ("account" in each) {
      book.rename(accounts[each.account], "Renamed", each.countsAsCash);
      played.marks[each.account] = each.countsAsCash;
      continue;
    }
    const of = "reversed" in each ? played.moved[each.reversed] : undefined;
    const nets =
      "nets" in each
        ? each.nets
        : each.legs.map((chosen, index) => (chosen ? 0 - (of?.left[index] ?? 0) : 0));
    if (nets.every((minor) => minor === 0)) continue;
    const day = addDays(FIRST_DAY, "nets" in each ? each.day : each.on);
    played.changes.push({ day, nets: withPayer(nets) });
    if (of === undefined) {
      played.moved.push({ id: book.post(day, ...linesOf(nets)), day, left: withPayer(nets) });
      continue;
    }
    book.reverse(of.id, day, ...linesOf(nets));
    for (const [index, minor] of withPayer(nets).entries()) of.left[index] += minor;
  }
  return played;
}

interface Cash {
  cash: number;
  inflow: number;
  outflow: number;
}

/** Straight from what was played, with the marks that are left at the end. */
function directly({ moved, changes, marks }: Played, bucketOf: (day: string) => string) {
  const buckets = new Map<string, Cash>();
  const cashOf = (nets: readonly number[]) =>
    nets.reduce((sum, minor, index) => (marks[index] ? sum + minor : sum), 0);
  const add = (day: string, { cash = 0, inflow = 0, outflow = 0 }: Partial<Cash>) => {
    const before = buckets.get(bucketOf(day)) ?? { cash: 0, inflow: 0, outflow: 0 };
    buckets.set(bucketOf(day), {
      cash: before.cash + cash,
      inflow: before.inflow + inflow,
      outflow: before.outflow + outflow,
    });
  };
  for (const { day, nets } of changes) add(day, { cash: cashOf(nets) });
  for (const { day, left } of moved) {
    const flow = cashOf(left);
    add(day, { inflow: Math.max(0, flow), outflow: Math.max(0, -flow) });
  }
  return [...buckets].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function stored(table: "fund_day" | "fund_month", { fundId }: BookFixture) {
  const { rows } = await database.pool.query<Cash & { bucket: string }>(
    `SELECT bucket::text, cash::int, inflow::int, outflow::int FROM ${table}
     WHERE tenant_id = $1 AND fund_id = $2 ORDER BY bucket`,
    [DEMO_TENANT_ID, fundId],
  );
  return rows.map(({ bucket, ...cash }) => [bucket, cash]);
}

const apply = (events: readonly LedgerEvent[], effect = applyEvents()) =>
  storeEffect(database.pool, effect, events);

describe("marking accounts as cash", () => {
  test("counts by the marks at the end however the events are batched and whenever it restarts", async () => {
    const books = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 60, size: "max" }),
      cuts: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8, size: "max" }),
    });
    await fc.assert(
      fc.asyncProperty(books, async ({ steps, cuts }) => {
        const played = play(steps);
        const { book } = played;
        const effect = applyEvents();
        const edges = [0, ...cuts.sort((a, b) => a - b), book.events.length];
        for (const [index, edge] of edges.slice(1).entries()) {
          if (edge % 3 === 0) effect.evict?.();
          await apply(book.events.slice(edges[index], edge), effect);
        }
        expect(await stored("fund_day", book)).toEqual(directly(played, (day) => day));
        expect(await stored("fund_month", book)).toEqual(directly(played, monthStart));
      }),
      { numRuns: rounds(8, 20) },
    );
  });

  test("leaves other funds and other sums alone", async () => {
    const [marked, other] = [new BookFixture(), new BookFixture()];
    const opened = [marked, other].map((book) => {
      const [bank, sales] = [book.account("4711", "ASSET"), book.account("4000", "INCOME")];
      book.post("2026-01-05", [bank, "DEBIT", "7"], [sales, "CREDIT", "7"]);
      return { bank };
    });
    marked.rename(opened[0].bank, "Main bank", true);
    await apply([...marked.events, ...other.events]);
    const { rows } = await database.pool.query(
      `SELECT fund_id, cash::int, inflow::int, assets::int, income::int FROM fund_month
       WHERE fund_id = ANY($1::uuid[]) ORDER BY cash`,
      [[marked.fundId, other.fundId]],
    );
    expect(rows).toEqual([
      { fund_id: other.fundId, cash: 0, inflow: 0, assets: 700, income: 700 },
      { fund_id: marked.fundId, cash: 700, inflow: 700, assets: 700, income: 700 },
    ]);
  });

  test("stops the follower when the account was never opened", async () => {
    const book = new BookFixture();
    book.rename(new BookFixture().fundId, "Nowhere", true);
    await expect(apply(book.events)).rejects.toThrow(/before opening it/);
  });
});
