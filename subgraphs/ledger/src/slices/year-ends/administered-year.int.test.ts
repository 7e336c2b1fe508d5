import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportBook } from "../../evidence/export-book.ts";
import { verdictOn } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { balancesOf, balancesOfClass, SHARE } from "../trades/portfolio.fixture.ts";
import { play, withoutIds } from "../valuations/play-program.fixture.ts";
import {
  byDate,
  NAV_DATES,
  program,
  RandomFund,
  type Fact,
  type Figures,
  type Program,
} from "../valuations/random-fund.fixture.ts";
import { playExample } from "../valuations/worked-example.fixture.ts";
import { FundYears } from "./administered-year.fixture.ts";

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

const people = (tenantId: string) => {
  const of = { overrides: { tenantId, now: new Date("2026-12-01T00:00:00.000Z") } };
  return { maker: signedIn("ann", of), approver: signedIn("bob", of) };
};
const yearsOf = ({ fundId, tenantId }: RandomFund): FundYears =>
  new FundYears(graph, fundId, people(tenantId));

async function expectSound(tenantId: string, bookId: string): Promise<void> {
  const book = { tenantId, bookId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verdictOn(parts.join(""))).toMatchObject({ sound: true });
}

const minor = (amount: string | undefined): bigint => BigInt((amount ?? "0").replace(".", ""));

/** Balances without those of income, expenses and what allots them to the classes. */
const kept = (balances: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(balances).filter(([code]) => !/^(?:[45]|3900)/.test(code)));

/** Income less expenses that stand on these accounts, and what allots them. */
const resultOf = (balances: Readonly<Record<string, string>>): bigint =>
  Object.entries(balances)
    .filter(([code]) => /^(?:[45]|3900)/.test(code))
    .reduce((all, [, amount]) => all - minor(amount), 0n);

// A financial year that ends with the worked example. Its trial balance, added up by hand: income of all classes
// 6,000.00 + 6,805.05 - 2,339.88 + 22,631.50 - 13,706.93, expenses of all 121.71 + 419.60 + 900.00.
const CLOSING = [
  "4000 DEBIT 6000.00",
  "4100 DEBIT 6805.05",
  "4110 CREDIT 2339.88",
  "4200 DEBIT 22631.50",
  "4210 CREDIT 13706.93",
  "4300-A DEBIT 125.15",
  "5000-A CREDIT 1248.70",
  "5000-B CREDIT 288.46",
  "5010 CREDIT 121.71",
  "5100 CREDIT 419.60",
  "5200 CREDIT 900.00",
  "3900 CREDIT 19389.74",
  "3900 CREDIT 125.15",
  "3900 DEBIT 1248.70",
  "3900 DEBIT 288.46",
  "3900 DEBIT 1441.31",
];
const YEAR_END = "2026-10-31";

const REPORTS = `query ($id: ID!, $asOf: Date!, $knownAt: SafeInt) { fund(id: $id) {
  balanceSheet(asOf: $asOf, knownAt: $knownAt) { knownAt totals { currency assets { amount } equity { amount } result { amount } } }
  incomeStatement(from: "2026-01-01", to: $asOf, knownAt: $knownAt) { totals { currency income { amount } expenses { amount } } }
  shareClasses { nodes { id code trialBalance(asOf: $asOf, knownAt: $knownAt) {
    lines(first: 100) { nodes { account { code } debit { amount } credit { amount } } } } } } } }`;

interface Reports {
  readonly balanceSheet: {
    readonly knownAt: number;
    readonly totals: readonly { readonly currency: string }[];
  };
  readonly incomeStatement: object;
  readonly shareClasses: { readonly nodes: readonly { readonly id: string }[] };
}

test("the year of the worked example is closed to 3900 by class, and no class owns more or less by it", async () => {
  const tenantId = newId();
  const both = people(tenantId);
  const fundId = (await playExample(graph, both, "fund-month.json")).get("fund") ?? "";
  const years = new FundYears(graph, fundId, both);
  const read = async (knownAt?: number): Promise<Reports> => {
    const variables = { id: fundId, asOf: YEAR_END, knownAt };
    return dataOf<Reports>(await graph.run(both.maker, REPORTS, variables), "fund");
  };
  const before = await read();
  const ids = before.shareClasses.nodes.map(({ id }) => id);
  const balances = (): Promise<Record<string, string>[]> =>
    Promise.all([
      balancesOf(graph, both.maker, fundId, YEAR_END),
      ...ids.map((id) => balancesOfClass(graph, both.maker, id, YEAR_END)),
    ]);
  const open = await balances();
  expect(open.map((of) => [of["3900"], resultOf(of)])).toEqual([
    ["16536.42", 0n],
    ["11158.34", 0n],
    ["5378.08", 0n],
  ]);

  expect(await years.close(YEAR_END)).toEqual(CLOSING);
  expect(await balances()).toEqual(open.map(kept));
  const after = await read();
  expect(after.incomeStatement).toEqual(before.incomeStatement);
  // 1,098,720.12 + 454,378.99 of capital, 11,158.34 + 5,378.08 of results.
  expect(after.balanceSheet.totals.find(({ currency }) => currency === "EUR")).toMatchObject({
    equity: { amount: "1569635.53" },
    result: { amount: "0.00" },
  });
  expect(await read(before.balanceSheet.knownAt)).toEqual(before);
  await expectSound(tenantId, fundId);

  await years.reopen();
  expect(await balances()).toEqual(open);
  const { balanceSheet: _moved, ...reopened } = await read();
  const { balanceSheet: _was, ...was } = before;
  expect(reopened).toEqual(was);
  await expectSound(tenantId, fundId);
});

const isFuzz = process.env["TEST_FUZZ"] !== undefined;
const RUNS = { numRuns: isFuzz ? 20 : 1, endOnFailure: !isFuzz };

/** What a NAV of a later day would be, with the hash of what it rests on. */
async function previewOf(fund: RandomFund): Promise<object> {
  const text = `mutation ($input: CalculateNavInput!) { calculateNav(input: $input) {
    inputsHash netAssets { amount }
    classes { code units navPerUnit netAssetsBase { amount } result { amount } fees { amount } } } }`;
  const input = { fundId: fund.fundId, navDate: "2026-11-16" };
  return dataOf<object>(await graph.run(fund.maker, text, { input }), "calculateNav");
}

const booksOf = async (fund: RandomFund, asOf: string): Promise<Record<string, string>[]> => [
  await fund.balances(asOf),
  ...(await fund.classBalances(asOf)),
];

// A year may end on the day of a NAV, between two of them, or behind the last one with a result that waits.
const yearEnd = fc.constantFrom("2026-10-15", "2026-10-20", "2026-10-30", "2026-11-10");

test("whenever a year is closed and reopened, no class has other net assets, and the next NAV is the same", async () => {
  const property = fc.asyncProperty(program, yearEnd, async (drawn, to) => {
    const fund = await RandomFund.launch(graph, "FIFO");
    await play(fund, drawn, { isLate: false, isWrong: false });
    const years = yearsOf(fund);
    await postCosts(fund, "2026-11-05");
    const [open, later, preview] = [
      await booksOf(fund, to),
      await booksOf(fund, "2026-11-16"),
      await previewOf(fund),
    ];

    await years.close(to);
    const closed = await booksOf(fund, to);
    expect(closed.map(kept)).toEqual(open.map(kept));
    expect(closed.map(resultOf)).toEqual(open.map(resultOf));
    for (const own of closed)
      expect(Object.keys(own).filter((code) => /^[45]/.test(code))).toEqual([]);
    expect((await booksOf(fund, "2026-11-16")).map(kept)).toEqual(later.map(kept));
    expect(await previewOf(fund)).toEqual(preview);

    await years.reopen();
    expect(await booksOf(fund, to)).toEqual(open);
    expect(await previewOf(fund)).toEqual(preview);
    await years.close(to);
    const { classes } = await fund.publish("2026-11-16");
    expect(preview).toMatchObject({
      classes: classes.map(({ code, navPerUnit }) => ({ code, navPerUnit })),
    });
    await expectSound(fund.tenantId, fund.fundId);
  });
  await fc.assert(property, RUNS);
});

/** Costs that a NAV behind them shares out. */
async function postCosts(fund: RandomFund, effectiveDate: string): Promise<void> {
  const { accounts } = await fund.read<{ accounts: { nodes: { id: string; code: string }[] } }>(
    `{ fund(id: "${fund.fundId}") { accounts(first: 100) { nodes { id code } } } }`,
  );
  const idOf = (code: string) => accounts.nodes.find((account) => account.code === code)?.id;
  const entries = [
    { accountId: idOf("5010"), side: "DEBIT", amount: "123.45" },
    { accountId: idOf("1000"), side: "CREDIT", amount: "123.45" },
  ];
  const input = { fundId: fund.fundId, effectiveDate, description: "Costs", entries };
  const text = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";
  expect(codeOf(await graph.run(fund.maker, text, { input }))).toBe("ok");
}

const BOUGHT: Fact = {
  date: NAV_DATES[1],
  field: "recordTrades",
  input: {
    trades: [
      {
        side: "BUY",
        isin: SHARE,
        tradeDate: NAV_DATES[1],
        settlementDate: NAV_DATES[1],
        quantity: "100",
        price: "50",
      },
    ],
  },
  isLate: false,
};

test("restated across a closed year, the book is that of a fund whose NAVs were right when it was closed", async () => {
  const property = fc.asyncProperty(program, async (drawn) => {
    // Shares that are dearer at first than they were: a NAV of the closed year is wrong.
    const wrongly = drawn.prices.map(([share, ...others]) => [share + 100, ...others] as const);
    const quiet: Program = {
      ...drawn,
      facts: [...drawn.facts, BOUGHT].sort(byDate),
      orders: [],
      wrong: wrongly,
    };
    const funds: RandomFund[] = [];
    for (const isWrong of [true, false]) {
      const fund = await RandomFund.launch(graph, "FIFO");
      await play(fund, quiet, { isLate: false, isWrong });
      await yearsOf(fund).close("2026-10-20");
      funds.push(fund);
    }
    const [wrong, right] = funds as [RandomFund, RandomFund];
    const years = yearsOf(wrong);
    for (const [index, navDate] of NAV_DATES.slice(1).entries()) {
      await wrong.quote(navDate, quiet.prices[index] ?? [1, 1, 1, 10_000]);
    }
    const input = { fundId: wrong.fundId, from: NAV_DATES[1], reason: "Wrong price" };
    const [restated] = await wrong.ask<{ id: string }[]>("restateNav", input);
    expect(await wrong.tryRelease(restated?.id ?? "")).toBe("POSTING_PERIOD_CLOSED");
    await years.reopen();
    await wrong.release(restated?.id ?? "");
    await years.close("2026-10-20");
    for (const day of [...NAV_DATES, "2026-10-20", "2026-11-16"]) {
      const [found, expected] = [await booksOf(wrong, day), await booksOf(right, day)];
      expect([day, found.map(withoutIds)]).toEqual([day, expected.map(withoutIds)]);
    }
    const [next, nextRight]: Figures[] = [
      await wrong.publish("2026-11-16"),
      await right.publish("2026-11-16"),
    ];
    expect(next?.classes).toEqual(nextRight?.classes);
    await expectSound(wrong.tenantId, wrong.fundId);
  });
  await fc.assert(property, RUNS);
});
