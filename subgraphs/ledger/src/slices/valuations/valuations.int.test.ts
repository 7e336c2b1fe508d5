import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase, openSmallFund } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { administerCommands, CLASSES } from "../fund-terms/administered-fund.fixture.ts";
import type { BookCommand } from "../model.ts";
import { investor, order } from "../orders/order.fixture.ts";
import {
  balancesOf,
  BOND,
  describeMarket,
  DOLLAR_SHARE,
  RECORD_TRADES,
  SHARE,
  trade,
} from "../trades/portfolio.fixture.ts";
import {
  CALCULATE,
  PRICES,
  PUBLISH,
  price,
  openValuedFund,
  type Calculated,
  type ValuedFund,
  RATES,
} from "./open-valued-fund.fixture.ts";

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

const POST = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";
const READ = `query ($fundId: ID!, $classId: ID!) {
  fund(id: $fundId) {
    valuations { nodes { id state } }
    valuation(date: "2026-09-30") { id state classes { code units navPerUnit } }
  }
  shareClass(id: $classId) { nav { navDate navPerUnit units } navs { nodes { navDate valuation { id } } } }
}`;

const RESTATE = `mutation ($input: RestateNavInput!) {
  restateNav(input: $input) { id navDate supersedes { id } compensations { kind } classes { code navPerUnit } }
}`;

const SECURITIES =
  "mutation ($input: RegisterSecuritiesInput!) { registerSecurities(input: $input) { count } }";
const TRADES = "mutation ($input: RecordTradesInput!) { recordTrades(input: $input) { replayed } }";

interface Restated {
  readonly id: string;
  readonly navDate: string;
  readonly classes: readonly { readonly code: string; readonly navPerUnit: string | null }[];
}

const openFund = (): Promise<ValuedFund> => openValuedFund(graph);

test("orders are dealt with the NAV of their date, and a wrong rate is restated", async () => {
  const { tenantId, ann, bob, fundId, a, b, subscribe, rates, publish, navs } = await openFund();
  await subscribe(a, "10100.00");
  await subscribe(b, "10800.00");
  await rates("2026-09-30", "1.0800");
  expect(await publish("2026-09-30")).toBe("ok");
  await rates("2026-10-15", "1.2000");
  expect(await publish("2026-10-15")).toBe("ok");
  // 9,999.00 and 10,000.00 share a loss of 1,000.00 on the dollars and a fee of 0.82; own fees are 6.16 and 3.08.
  expect(await navs(a)).toEqual(["94.9341", null]);
  expect(await navs(b)).toEqual(["105.5164", null]);

  await rates("2026-10-15", "1.1000");
  const input = { fundId, from: "2026-10-15", reason: "The rate was that of another day" };
  const [restated] = dataOf<readonly Restated[]>(
    await graph.run(ann, RESTATE, { input }),
    "restateNav",
  );
  expect(restated?.classes.map(({ navPerUnit }) => navPerUnit)).toEqual(["99.0251", "100.8904"]);
  expect(codeOf(await graph.run(ann, PUBLISH, { id: restated?.id }))).toBe("NAV_SAME_PERSON");
  expect(codeOf(await graph.run(bob, PUBLISH, { id: restated?.id }))).toBe("ok");
  expect(await navs(a)).toEqual(["99.0251", null]);
  const again = await graph.run(ann, CALCULATE, { input: { fundId, navDate: "2026-10-15" } });
  expect(codeOf(again)).toBe("NAV_PUBLISHED");
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});

test("a publication that deals a thousand orders is one step of the book, and verifies", async () => {
  const { tenantId, ann, bob, fundId, a, rates, calculate } = await openFund();
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    ...investor(1),
    id: newId(),
    reference: `M-${index}`,
    // The first is cleared when the order is placed, and not any more when it is dealt.
    kycUntil: index === 0 ? "2026-09-29" : "2026-09-30",
  }));
  const ofTenant = { bookId: tenantBookOf(tenantId), key: undefined, content: null };
  const register: BookCommand = { kind: "RegisterInvestors", investors: many };
  await graph.books.execute(ann, { ...ofTenant, command: register });
  const receivedAt = new Date("2026-09-29T08:00:00.000Z");
  const placed = many.map(({ id: investorId }) => ({
    bookId: fundId,
    command: {
      ...order(1, { fundId, classId: a, receivedAt, amount: "1010.10" }),
      investorId,
      orderId: newId(),
    },
    key: undefined,
    content: null,
  }));
  const verdicts = await graph.books.executeEach(ann, fundId, placed, true);
  expect(verdicts.every(({ accepted }) => accepted)).toBe(true);
  await rates("2026-09-30", "1.0800");
  const { id } = await calculate("2026-09-30");
  expect(codeOf(await graph.run(bob, PUBLISH, { id }))).toBe("ok");
  const { rows: commits } = await graph.reads.query<{ n: string }>(
    `SELECT count(*) AS n FROM event WHERE tenant_id = $1 AND book_id = $2
       AND position > (SELECT position FROM valuation WHERE tenant_id = $1 AND id = $3)
     GROUP BY xmin::text`,
    [tenantId, fundId, id],
  );
  // The NAV, of each order that is dealt two events, the rejection.
  expect(commits).toEqual([{ n: String(1 + 2 * 999 + 1) }]);
  const { rows } = await graph.reads.query<{ status: string; n: string; units: string | null }>(
    `SELECT status, count(*) AS n, sum(dealt_units) AS units FROM investor_order
     WHERE tenant_id = $1 AND book_id = $2 GROUP BY status ORDER BY status`,
    [tenantId, fundId],
  );
  expect(rows).toEqual([
    { status: "DEALT", n: "999", units: "99900000" },
    { status: "REJECTED", n: "1", units: null },
  ]);
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});

test("a position is marked at the price of the day, and holds the NAV back while it has none", async () => {
  const { tenantId, ann, fundId, a, run, calculate, subscribe, rates, publish, navs } =
    await openFund();
  await subscribe(a, "10000.00");
  await rates("2026-09-30", "1.0800");
  expect(await publish("2026-09-30")).toBe("ok");
  const isin = "IE00B4L5Y983";
  await run(SECURITIES, {
    securities: [{ isin, name: "X", securityType: "EQUITY", currency: "EUR", quantityDecimals: 0 }],
  });
  const trade = { isin, side: "BUY", tradeDate: "2026-10-01", settlementDate: "2026-10-05" };
  await run(TRADES, {
    fundId,
    trades: [{ ...trade, quantity: "50", price: "120.00", costs: "3.00" }],
  });
  const { netAssets, checks } = await calculate("2026-10-15");
  expect([netAssets, checks[0]?.kind]).toEqual([null, "PRICE_MISSING"]);
  expect(await publish("2026-10-15")).toBe("NAV_CHECKS_OPEN");

  const price = { isin, date: "2026-10-15", price: "122.00", currency: "EUR", kind: "LAST" };
  await run(PRICES, { prices: [{ ...price, source: "XETR" }] });
  expect(await publish("2026-10-15")).toBe("ok");
  // 9,900.00 less costs of 3.00 and fees of 0.41 and 6.10, with 50 x 2.00 of appreciation, on 99 units.
  expect(await navs(a)).toEqual(["100.9140", null]);
  const before = await calculate("2026-10-30");
  const [investorId] = dataOf<{ nodes: { id: string }[] }>(
    await graph.run(ann, "{ investors { nodes { id } } }"),
    "investors",
  ).nodes.map(({ id }) => id);
  await run("mutation ($input: EraseInvestorInput!) { eraseInvestor(input: $input) { id } }", {
    investorId,
    reason: "Requested",
  });
  expect({ ...(await calculate("2026-10-30")), id: before.id }).toEqual(before);
  expect(await navs(a)).toEqual(["100.9140", null]);
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});

const DIVIDEND =
  "mutation ($input: RecordPortfolioActionInput!) { recordPortfolioAction(input: $input) { id } }";
const EXCHANGE =
  "mutation ($input: RecordCurrencyTradeInput!) { recordCurrencyTrade(input: $input) { id } }";

/** Two NAVs of a fund with shares in dollars, a bond and an exchange; some of it recorded behind the first NAV. */
async function publishTwice(isLate: boolean) {
  const fund = await openFund();
  const { fundId, a, b, run, subscribe, rates, publish } = fund;
  await subscribe(a, "101000.00");
  await subscribe(b, "108000.00");
  await describeMarket(graph, fund.ann);
  await rates("2026-10-30", "1.1200");
  expect(await publish("2026-09-30")).toBe("ok");
  await run(PRICES, {
    prices: [
      price(SHARE, "2026-10-15", "51.00", "EUR"),
      price(DOLLAR_SHARE, "2026-10-15", "210.00", "USD"),
      price(BOND, "2026-10-15", "101.50", "EUR"),
      price(DOLLAR_SHARE, "2026-10-30", "190.00", "USD"),
      price(BOND, "2026-10-30", "99.25", "EUR"),
    ],
  });
  const early = [
    trade("BUY", SHARE, "2026-10-01", "500", "50.00", { costs: "10.00" }),
    trade("BUY", DOLLAR_SHARE, "2026-10-02", "100", "200.00", { costs: "5.00" }),
  ];
  await run(RECORD_TRADES, { fundId, trades: early });
  const late = async () => {
    const more = [
      trade("BUY", DOLLAR_SHARE, "2026-10-01", "40", "195.00", { settlementDate: "2026-10-05" }),
      trade("SELL", DOLLAR_SHARE, "2026-10-08", "60", "205.00", { costs: "3.00" }),
      trade("BUY", BOND, "2026-10-14", "20000", "100.00", { settlementDate: "2026-10-16" }),
    ];
    await run(RECORD_TRADES, { fundId, trades: more });
    const dividend = { fundId, kind: "DIVIDEND", isin: SHARE, exDate: "2026-10-07" };
    await run(DIVIDEND, { ...dividend, perUnit: "0.40", withholdingRate: "0.15" });
    const deal = { fundId, tradeDate: "2026-10-09", settlementDate: "2026-10-13" };
    const sold = { soldCurrency: "USD", sold: "9000.00", costs: "4.00" };
    await run(EXCHANGE, { ...deal, ...sold, boughtCurrency: "EUR", bought: "8250.00" });
  };
  if (!isLate) await late();
  expect(await publish("2026-10-15")).toBe("ok");
  if (isLate) await late();
  await run(RECORD_TRADES, {
    fundId,
    trades: [trade("SELL", SHARE, "2026-10-20", "500", "52.00")],
  });
  expect(await publish("2026-10-30")).toBe("ok");
  const balances = async (asOf: string) => balancesOf(graph, fund.ann, fundId, asOf);
  return { ...fund, balances };
}

test("what came late goes back by a restatement, and the book is as if it had come in time", async () => {
  const [right, late] = [await publishTwice(false), await publishTwice(true)];
  const { fundId, ann, bob, tenantId } = late;
  const [known] = (
    await database.pool.query<{ position: string }>(
      `SELECT position FROM book WHERE tenant_id = $1 AND id = $2`,
      [tenantId, fundId],
    )
  ).rows;
  const NAV_THEN = `{ shareClass(id: "${late.a}") {
    nav(asOf: "2026-10-15", knownAt: ${known?.position ?? 0}) { navPerUnit } } }`;
  const then = dataOf(await graph.run(ann, NAV_THEN), "shareClass");
  const input = { fundId, from: "2026-10-15", reason: "Trades came late" };
  const restated = dataOf<readonly Restated[]>(
    await graph.run(ann, RESTATE, { input }),
    "restateNav",
  );
  expect(restated.map(({ navDate }) => navDate)).toEqual(["2026-10-15", "2026-10-30"]);
  expect(codeOf(await graph.run(bob, PUBLISH, { id: restated[0]?.id }))).toBe("ok");
  for (const asOf of ["2026-09-30", "2026-10-07", "2026-10-15", "2026-10-20", "2026-10-30"]) {
    expect([asOf, await late.balances(asOf)]).toEqual([asOf, await right.balances(asOf)]);
  }
  expect(await late.navs(late.a)).toEqual(await right.navs(right.a));
  expect(await late.navs(late.b)).toEqual(await right.navs(right.b));
  expect(dataOf(await graph.run(ann, NAV_THEN), "shareClass")).toEqual(then);
  expect(await verifyBook(database.pool, { tenantId, bookId: fundId })).toMatchObject({
    sound: true,
  });
});

test("a NAV is calculated by one person, published once by another, and holds from then on", async () => {
  const tenantId = newId();
  const ann = signedIn("ann", { overrides: { tenantId } });
  const bob = signedIn("bob", { overrides: { tenantId } });
  const fund = await openSmallFund(graph.books, ann);
  const { fundId } = fund;
  for (const command of administerCommands(fundId)) {
    await graph.books.execute(ann, { bookId: fundId, command, key: undefined, content: null });
  }
  const { id: costs } = dataOf<{ readonly id: string }>(
    await graph.run(
      ann,
      `mutation { openAccount(input: { fundId: "${fundId}", code: "5300", name: "Audit", type: EXPENSE }) { id } }`,
    ),
    "openAccount",
  );
  const pay = (effectiveDate: string) =>
    graph.run(ann, POST, {
      input: {
        fundId,
        effectiveDate,
        description: "Audit",
        entries: [
          { accountId: costs, side: "DEBIT", amount: "10.00" },
          { accountId: fund.bank, side: "CREDIT", amount: "10.00" },
        ],
      },
    });
  expect(codeOf(await pay("2026-09-30"))).toBe("ok");

  const rate = { date: "2026-09-30", base: "EUR", quote: "USD", rate: "1.0800", source: "ECB" };
  expect(codeOf(await graph.run(ann, RATES, { input: { rates: [rate] } }))).toBe("ok");
  const input = { fundId, navDate: "2026-09-30" };
  const calculate = async (): Promise<Calculated> =>
    dataOf(await graph.run(ann, CALCULATE, { input }), "calculateNav");
  const preview = await calculate();
  expect(preview).toMatchObject({ state: "PREVIEW", netAssets: { amount: "-10.00" } });
  expect(preview.checks.map(({ kind }) => kind)).toEqual(["RESULT_UNALLOCATED"]);
  const { id } = preview;
  expect(codeOf(await graph.run(ann, PUBLISH, { id }))).toBe("NAV_SAME_PERSON");
  expect(codeOf(await pay("2026-09-30"))).toBe("ok");
  expect(codeOf(await graph.run(bob, PUBLISH, { id }))).toBe("NAV_INPUTS_CHANGED");

  const again = await calculate();
  const codes = await Promise.all(
    [bob, bob].map(async (who) => codeOf(await graph.run(who, PUBLISH, { id: again.id }))),
  );
  expect(new Set(codes)).toEqual(new Set(["NAV_PUBLISHED", "ok"]));
  expect(codeOf(await pay("2026-09-30"))).toBe("NAV_PUBLISHED");
  expect(codeOf(await pay("2026-10-01"))).toBe("ok");

  const found = await graph.run(ann, READ, { fundId, classId: CLASSES.a });
  expect(dataOf(found, "fund")).toEqual({
    valuations: {
      nodes: [
        { id: again.id, state: "PUBLISHED" },
        { id, state: "DISCARDED" },
      ],
    },
    valuation: {
      id: again.id,
      state: "PUBLISHED",
      classes: [
        { code: "A", units: "0.0000", navPerUnit: null },
        { code: "B", units: "0.0000", navPerUnit: null },
      ],
    },
  });
  expect(dataOf(found, "shareClass")).toEqual({
    nav: { navDate: "2026-09-30", navPerUnit: null, units: "0.0000" },
    navs: { nodes: [{ navDate: "2026-09-30", valuation: { id: again.id } }] },
  });
  expect((await verifyBook(database.pool, { tenantId, bookId: fundId })).sound).toBe(true);
});
