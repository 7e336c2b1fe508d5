import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exported, verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import { openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import { play, restate, withoutIds } from "./play-program.fixture.ts";
import {
  byDate,
  NAV_DATES,
  program,
  RandomFund,
  type Fact,
  type Figures,
  type LaunchOptions,
  type Program,
} from "./random-fund.fixture.ts";
import { SHARE } from "../trades/portfolio.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const RUNS = process.env["TEST_FUZZ"] === undefined ? 1 : 20;
const check = (property: fc.IAsyncProperty<[Program]>): Promise<void> =>
  fc.assert(property, { numRuns: RUNS, endOnFailure: process.env["TEST_FUZZ"] === undefined });

const scaled = (text: string, decimals: number): bigint => {
  const [whole = "0", part = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + part.padEnd(decimals, "0"));
  return text.startsWith("-") ? -value : value;
};
const minor = (text: string | undefined): bigint => scaled(text ?? "0", 2);

/** Sum over the balances whose codes match. */
const sumOf = (balances: Readonly<Record<string, string>>, pattern: RegExp): bigint =>
  Object.entries(balances)
    .filter(([code]) => pattern.test(code))
    .reduce((all, [, amount]) => all + minor(amount), 0n);

/** What holds of the books at the end of a NAV date, dealing included. */
async function expectSound(fund: RandomFund, navDate: string): Promise<void> {
  const balances = await fund.balances(navDate);
  const netAssets = sumOf(balances, /^(?:1[0-7]\d\d|2[0-7]\d\d)$|^1900-/);
  expect(netAssets).toBe(-sumOf(balances, /^3[01]00-/));
  for (const code of ["A", "B"]) {
    const units = (pattern: RegExp): bigint =>
      Object.entries(balances)
        .filter(([each]) => pattern.test(each))
        .reduce((all, [, amount]) => all + scaled(amount, 4), 0n);
    expect(units(new RegExp(`^3800-${code}$`))).toBe(-units(new RegExp(`^3801-${code}-`)));
  }
  const positions = await fund.positions(navDate);
  const cost = (currency: string): bigint =>
    positions
      .filter(({ isin }) => isin.startsWith("US") === (currency === "USD"))
      .reduce((all, one) => all + minor(one.cost.amount), 0n);
  expect([cost("EUR"), cost("USD")]).toEqual([
    minor(balances["1200"]),
    minor(balances["1200-USD"]),
  ]);
  for (const { isin, quantity } of positions) {
    expect(scaled(balances[`1800-${isin}`] ?? "0", 4)).toBe(scaled(quantity, 4));
  }
  for (const { lots, ...valued } of await fund.valuedLots(navDate)) {
    expect(lots.reduce((all, lot) => all + scaled(lot.quantity, 4), 0n)).toBe(
      scaled(valued.quantity, 4),
    );
    expect(lots.reduce((all, lot) => all + minor(lot.cost.amount), 0n)).toBe(
      minor(valued.cost.amount),
    );
  }
  await expectClasses(fund, navDate);
}

const decimalsOf = (code: string): number => (/^[123]8/.test(code) ? 4 : 2);

/** The books of the classes are together those of the fund, and each balances on what it is worth. */
async function expectClasses(fund: RandomFund, navDate: string): Promise<void> {
  const [whole, parts] = [await fund.balances(navDate), await fund.classBalances(navDate)];
  const codes = [...new Set([whole, ...parts].flatMap((of) => Object.keys(of)))];
  const sums = codes.map((code) => {
    const of = (balances: Readonly<Record<string, string>>): bigint =>
      scaled(balances[code] ?? "0", decimalsOf(code));
    return [code, of(whole), parts.reduce((all, own) => all + of(own), 0n)];
  });
  expect(sums.map(([code, , sum]) => [code, sum])).toEqual(sums.map(([code, all]) => [code, all]));
  for (const own of parts) {
    const inBase = /^(?:\d{4}|1900-USD|[345][0-7]\d{2}-[AB])$/;
    expect(sumOf(own, inBase)).toBe(0n);
    expect(sumOf(own, /^(?:1\d{3}|2\d{3})-USD$/) - sumOf(own, /^1900-USD$/)).toBe(0n);
    const netAssets = sumOf(own, /^(?:1[0-7]\d\d|2[0-7]\d\d)$|^1900-/);
    expect(netAssets).toBe(-sumOf(own, /^3[01]00-/));
  }
}

/** |units x NAV per unit - net assets| <= units x half a unit of the last decimal + half a minor unit. */
function expectTieOut({ classes, netAssets }: Figures): void {
  for (const { units, navPerUnit, netAssets: own } of classes) {
    if (navPerUnit === null) continue;
    const issued = scaled(units, 4);
    const difference = issued * scaled(navPerUnit, 4) - minor(own.amount) * 1_000_000n;
    const twice = (difference < 0n ? -difference : difference) * 2n;
    expect(twice <= issued + 1_000_000n).toBe(true);
  }
  const sum = classes.reduce((all, one) => all + minor(one.netAssetsBase.amount), 0n);
  expect(sum).toBe(minor(netAssets.amount));
}

/** Records what came late and the right prices in two parts, and restates behind each; returns what was accepted. */
async function restateTwice(
  fund: RandomFund,
  late: readonly Fact[],
  { prices }: Program,
  [first, second]: readonly [RestatedFrom, RestatedFrom],
): Promise<Fact[]> {
  const accepted: Fact[] = [];
  const half = Math.ceil(late.length / 2);
  for (const [from, facts] of [
    [first, late.slice(0, half)],
    [second, late.slice(half)],
  ] as const) {
    for (const fact of facts) if ((await fund.record(fact)) === "ok") accepted.push(fact);
    await fund.quote(from, prices[NAV_DATES.indexOf(from) - 1] ?? [1, 1, 1, 10_000]);
    await restate(fund, from);
  }
  return accepted;
}

type RestatedFrom = (typeof NAV_DATES)[1 | 2];

test("a random month keeps register, lots, capital and net assets together, whatever the lot method", async () => {
  await check(
    fc.asyncProperty(program, async (drawn) => {
      const figures: Figures[][] = [];
      for (const method of ["FIFO", "AVERAGE"]) {
        const fund = await RandomFund.launch(graph, method);
        const played = await play(fund, drawn, { isLate: false, isWrong: false });
        for (const navDate of NAV_DATES) await expectSound(fund, navDate);
        played.figures.forEach(expectTieOut);
        figures.push(played.figures);
      }
      const [fifo, average] = figures.map((of) =>
        of.map(({ netAssets, classes }) => ({ netAssets, classes })),
      );
      expect(average).toEqual(fifo);
    }),
  );
});

test("restated twice, from a later and from an earlier day, the book equals one that was right from the start", async () => {
  await check(
    fc.asyncProperty(program, async (drawn) => {
      // What is dealt at a wrong NAV is made good, which is not the same as never having been wrong.
      const quiet = { ...drawn, orders: [] };
      const late = await RandomFund.launch(graph, "FIFO");
      const played = await play(late, quiet, { isLate: true, isWrong: true });
      // What comes behind the later NAV goes back no further, until the earlier one is restated, too.
      const more = await restateTwice(late, played.late, quiet, [NAV_DATES[2], NAV_DATES[1]]);
      const facts = [...played.accepted, ...more].sort(byDate);
      const right = await RandomFund.launch(graph, "FIFO");
      const straight = await play(right, { ...quiet, facts }, { isLate: false, isWrong: false });
      if (straight.accepted.length < facts.length) return;
      for (const navDate of NAV_DATES) {
        const [found, expected] = [await late.balances(navDate), await right.balances(navDate)];
        expect([navDate, withoutIds(found)]).toEqual([navDate, withoutIds(expected)]);
      }
    }),
  );
});

test("two restatements of dealt orders keep register, lots, capital and net assets together", async () => {
  await check(
    fc.asyncProperty(program, async (drawn) => {
      const fund = await RandomFund.launch(graph, "LIFO");
      const { late } = await play(fund, drawn, { isLate: true, isWrong: true });
      await restateTwice(fund, late, drawn, [NAV_DATES[1], NAV_DATES[2]]);
      for (const navDate of NAV_DATES) await expectSound(fund, navDate);
      await fund.publish("2026-11-16");
      await expectSound(fund, "2026-11-16");
      const book = { tenantId: fund.tenantId, bookId: fund.fundId };
      expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
    }),
  );
});

/** A fund of dollars alone, whose NAV in dollars no rate moves, with charges that the class keeps. */
const DOLLARS: LaunchOptions = {
  classes: ["B"],
  terms: { administrationFee: null },
  classTerms: {
    managementFee: null,
    entryCharge: { rate: "0.02", to: "CLASS" },
    exitChargeRate: "0.01",
  },
};
const BUY = { kind: "SUBSCRIPTION", amount: "12345.67" };
const SELL = { kind: "REDEMPTION", units: "33.3333" };

/** Deals orders of the class in dollars at the rates of two days, and publishes one more NAV. */
async function dealAt(
  [first, second]: readonly [number, number],
  launch: LaunchOptions,
  orders: readonly object[],
): Promise<RandomFund> {
  const fund = await RandomFund.launch(graph, "FIFO", { ...launch, rate: first });
  await fund.quoteRate(NAV_DATES[1], second);
  for (const order of orders) expect(await fund.place("B", 0, NAV_DATES[1], order)).toBe("ok");
  await fund.publish(NAV_DATES[1]);
  await fund.quoteRate(NAV_DATES[2], 11_500);
  await fund.publish(NAV_DATES[2]);
  return fund;
}

// A NAV in dollars that was too high leaves a buyer units short, which is all that there is to compensate.
test.each<[string, LaunchOptions, readonly object[], readonly [number, number][]]>([
  [
    "at the right NAV",
    DOLLARS,
    [BUY, SELL],
    [
      [10_800, 12_500],
      [11_300, 11_900],
      [12_000, 11_000],
    ],
  ],
  [
    "too dear",
    { terms: { unitRounding: "HALF_UP" } },
    [BUY],
    [
      [10_800, 12_500],
      [10_800, 11_000],
    ],
  ],
])(
  "a restated rate leaves the book of orders dealt %s as if it had been right",
  async (_, launch, orders, rates) => {
    const [wrong, ...later] = rates;
    const right = rates.at(-1);
    if (wrong === undefined || right === undefined) throw new Error("no rates");
    const fund = await dealAt(wrong, launch, orders);
    for (const [first, second] of later) {
      await fund.quoteRate(NAV_DATES[0], first);
      await fund.quoteRate(NAV_DATES[1], second);
      await restate(fund, NAV_DATES[0]);
    }
    const straight = await dealAt(right, launch, orders);
    for (const navDate of NAV_DATES) {
      const [found, expected] = [await fund.balances(navDate), await straight.balances(navDate)];
      expect([navDate, withoutIds(found)]).toEqual([navDate, withoutIds(expected)]);
    }
    const book = { tenantId: fund.tenantId, bookId: fund.fundId };
    expect(verify(await exported(database.pool, book))).toBe("sound");
    const [next, nextRight] = [
      await fund.publish("2026-11-16"),
      await straight.publish("2026-11-16"),
    ];
    expect(next.classes).toEqual(nextRight.classes);
  },
);

const MARKET = [5_000, 10_000, 10_000, 11_000] as const;
const bought = (date: string, quantity = "10"): Fact => ({
  date,
  field: "recordTrades",
  input: {
    trades: [
      {
        side: "BUY",
        isin: SHARE,
        tradeDate: date,
        settlementDate: date,
        quantity,
        price: "50",
      },
    ],
  },
  isLate: false,
});

test("restated, what came late moves to the first open day, and to its own once that is reopened", async () => {
  const facts = ["2026-10-02", "2026-10-05", "2026-10-12"].map((date) => bought(date));
  const [late, right] = [
    await RandomFund.launch(graph, "FIFO"),
    await RandomFund.launch(graph, "FIFO"),
  ];
  for (const fact of facts) expect(await right.record(fact)).toBe("ok");
  for (const fund of [late, right]) {
    await fund.quote(NAV_DATES[1], MARKET);
    await fund.publish(NAV_DATES[1]);
    await fund.publish(NAV_DATES[2]);
  }
  const { fundId } = late;
  const periods: { id: string }[] = [];
  for (const to of ["2026-10-03", "2026-10-07"]) {
    periods.push(await late.ask<{ id: string }>("closePeriod", { fundId, from: null, to }));
  }
  const same = async (day: string): Promise<boolean> => {
    const [found, expected] = [await late.balances(day), await right.balances(day)];
    return JSON.stringify(withoutIds(found)) === JSON.stringify(withoutIds(expected));
  };
  const days = ["2026-10-02", "2026-10-05", "2026-10-08", "2026-10-12", ...NAV_DATES.slice(1)];
  const agree = async () => Promise.all(days.map((day) => same(day)));
  for (const fact of facts.slice(0, 2)) expect(await late.record(fact)).toBe("ok");
  await restate(late, NAV_DATES[1]);
  expect(await agree()).toEqual([false, false, true, false, false, false]);
  for (let last = periods.length - 1; last >= 0; last -= 1) {
    const periodId = periods[last]?.id;
    await late.ask("reopenPeriod", { fundId, periodId, reason: "Found later" });
  }
  for (const fact of facts.slice(2)) expect(await late.record(fact)).toBe("ok");
  await restate(late, NAV_DATES[1]);
  expect(await agree()).toEqual(days.map(() => true));
  await expectSound(late, NAV_DATES[2]);
  const book = { tenantId: late.tenantId, bookId: fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});

test("a NAV that its decimals round to nothing is published neither at first nor by a restatement", async () => {
  const fund = await RandomFund.launch(graph, "FIFO", {
    classes: ["A"],
    terms: { navDecimals: 0, navMoveLimit: null },
    classTerms: { launchPrice: "1" },
  });
  const [, valued, next] = NAV_DATES;
  expect(await fund.record(bought("2026-10-01", "40"))).toBe("ok");
  const priced = (share: number) => fund.quote(valued, [share, 10_000, 10_000, 11_000]);
  const codeFor = async (navDate: string): Promise<string> => {
    const { id } = await fund.ask<Figures>("calculateNav", { fundId: fund.fundId, navDate });
    return fund.tryRelease(id);
  };
  // What 2,000 units own: 0.40, then 2,000.00, and 400.00 where the price was wrong.
  await priced(1);
  expect(await codeFor(valued)).toBe("NAV_CHECKS_OPEN");
  await priced(5_000);
  expect(await codeFor(valued)).toBe("ok");
  await priced(1_000);
  const input = { fundId: fund.fundId, from: valued, reason: "Wrong price" };
  const [restated] = await fund.ask<{ id: string }[]>("restateNav", input);
  expect(await fund.tryRelease(restated?.id ?? "")).toBe("NAV_CHECKS_OPEN");
  expect(await codeFor(next)).toBe("NAV_CHECKS_OPEN");
  await fund.ask("administerFund", {
    fundId: fund.fundId,
    effectiveFrom: next,
    navDecimals: 4,
  });
  expect(await codeFor(next)).toBe("ok");
});

test("a strike and a backdated trade at once: the trade is in the NAV's inputs, or behind the NAV", async () => {
  const fund = await RandomFund.launch(graph, "FIFO");
  await fund.quote(NAV_DATES[1], MARKET);
  const input = { fundId: fund.fundId, navDate: NAV_DATES[1] };
  const { id } = await fund.ask<Figures>("calculateNav", input);
  const codes = await Promise.all([fund.tryRelease(id), fund.record(bought("2026-10-05"))]);
  const { trades } = await fund.read<{ trades: { nodes: { bookedOn: string }[] } }>(
    `{ fund(id: "${fund.fundId}") { trades { nodes { bookedOn } } } }`,
  );
  const [{ bookedOn } = { bookedOn: "" }] = trades.nodes;
  expect([...codes, bookedOn]).toEqual(
    codes[0] === "ok" ? ["ok", "ok", "2026-10-16"] : ["NAV_INPUTS_CHANGED", "ok", "2026-10-05"],
  );
});

test("units leave an account on no day before they came", async () => {
  const fund = await RandomFund.launch(graph, "FIFO", { classes: ["A"] });
  const give = (from: number, to: number, day: string, units: string) => {
    const toInvestorId = fund.investor(to);
    return fund.place("A", from, day, { kind: "TRANSFER", units, toInvestorId });
  };
  expect(await give(0, 1, "2026-09-29", "0.0001")).toBe("INSUFFICIENT_UNITS");
  expect(await give(0, 1, "2026-10-20", "300")).toBe("ok");
  expect(await give(1, 0, "2026-10-19", "100")).toBe("INSUFFICIENT_UNITS");
  expect(await give(1, 0, "2026-10-20", "100")).toBe("ok");
  // 2,000 until 20 October, 1,800 from then on.
  expect(await give(0, 1, "2026-10-01", "1800.0001")).toBe("INSUFFICIENT_UNITS");
  expect(await give(0, 1, "2026-10-01", "1800")).toBe("ok");
  expect(await give(1, 0, "2026-10-10", "1800")).toBe("ok");
});

test("units are redeemed once when it is asked for twice at once, and a class without units has no NAV", async () => {
  const fund = await RandomFund.launch(graph, "FIFO");
  const redeem = (code: string, units: string) =>
    fund.place(code, 0, NAV_DATES[1], { kind: "REDEMPTION", units });
  const codes = await Promise.all([redeem("A", "2000"), redeem("A", "2000"), redeem("B", "500")]);
  expect(codes.sort((one, other) => one.localeCompare(other))).toEqual([
    "INSUFFICIENT_UNITS",
    "ok",
    "ok",
  ]);
  await fund.quote(NAV_DATES[1], MARKET);
  await fund.publish(NAV_DATES[1]);
  const { classes } = await fund.publish(NAV_DATES[2]);
  expect(classes.map(({ units, navPerUnit }) => [units, navPerUnit])).toEqual([
    ["0.0000", null],
    ["0.0000", null],
  ]);
  await expectSound(fund, NAV_DATES[2]);
});
