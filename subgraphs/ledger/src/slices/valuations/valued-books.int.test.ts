import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import { dataOf, openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import {
  BOND,
  describeMarket,
  DOLLAR_SHARE,
  RECORD_TRADES,
  SHARE,
  trade,
} from "../trades/portfolio.fixture.ts";
import { openValuedFund, price, PRICES } from "./open-valued-fund.fixture.ts";

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

const POSITIONS = `query ($fundId: ID!, $asOf: Date, $knownAt: SafeInt) {
  fund(id: $fundId) { positions(asOf: $asOf, knownAt: $knownAt) { nodes {
    isin price { price source } value { amount currency } valueBase { amount currency } unrealisedGain { amount }
  } } }
}`;

const eur = (amount: string) => ({ amount, currency: "EUR" });

interface Valued {
  readonly positions: { readonly nodes: readonly { readonly isin: string }[] };
}

test("positions are worth what a valuation of the day would find, and nothing without a price or a rate", async () => {
  const { ann, fundId, a, b, run, subscribe, rates, publish } = await openValuedFund(graph);
  await subscribe(a, "101000.00");
  await subscribe(b, "108000.00");
  await rates("2026-09-30", "1.0800");
  expect(await publish("2026-09-30")).toBe("ok");
  await describeMarket(graph, ann);
  const trades = [
    trade("BUY", SHARE, "2026-10-01", "500", "50.00", { costs: "10.00" }),
    trade("BUY", DOLLAR_SHARE, "2026-10-02", "100", "200.00"),
    trade("BUY", BOND, "2026-10-05", "20000", "100.00"),
  ];
  await run(RECORD_TRADES, { fundId, trades });
  await rates("2026-10-15", "1.1200");
  await run(PRICES, {
    prices: [
      price(SHARE, "2026-10-15", "51.00", "EUR"),
      price(DOLLAR_SHARE, "2026-10-15", "210.00", "USD"),
      price(BOND, "2026-10-15", "101.50", "EUR"),
    ],
  });
  const positionsOn = async (asOf: string | null, knownAt?: number) => {
    const found = await graph.run(ann, POSITIONS, { fundId, asOf, knownAt });
    const { nodes } = dataOf<Valued>(found, "fund").positions;
    return new Map(nodes.map(({ isin, ...rest }) => [isin, rest]));
  };
  const found = await positionsOn("2026-10-15");
  expect(found.get(SHARE)).toEqual({
    price: { price: "51.00", source: "XETR" },
    value: eur("25500.00"),
    valueBase: eur("25500.00"),
    unrealisedGain: { amount: "500.00" },
  });
  // 21,000.00 / 1.12.
  expect(found.get(DOLLAR_SHARE)).toEqual({
    price: { price: "210.00", source: "XETR" },
    value: { amount: "21000.00", currency: "USD" },
    valueBase: eur("18750.00"),
    unrealisedGain: { amount: "1000.00" },
  });
  expect(found.get(BOND)).toMatchObject({
    value: eur("20300.00"),
    unrealisedGain: { amount: "300.00" },
  });

  const nothing = { price: null, value: null, valueBase: null, unrealisedGain: null };
  expect((await positionsOn("2026-10-14")).get(SHARE)).toEqual(nothing);
  const { position } = dataOf<{ position: number }>(
    await graph.run(ann, `{ fund(id: "${fundId}") { position } }`),
    "fund",
  );
  expect((await positionsOn(null, position)).get(SHARE)).toEqual(nothing);
  const read = `{ fund(id: "${fundId}") { money: accounts(first: 200, inMoney: true) { nodes { currency } }
    units: accounts(first: 200, inMoney: false) { nodes { currency } } all: accounts(first: 200) { nodes { id } } } }`;
  const { money, units, all } = dataOf<Record<string, { nodes: { currency?: string }[] }>>(
    await graph.run(ann, read),
    "fund",
  );
  const currencies = new Set(money?.nodes.map(({ currency }) => currency));
  expect(currencies).toEqual(new Set(["EUR", "USD"]));
  expect(units?.nodes.every(({ currency }) => currency?.includes("/"))).toBe(true);
  // Units in issue and held of two classes, and of three securities the position with its contra account.
  expect(units?.nodes).toHaveLength(10);
  expect(all?.nodes).toHaveLength((money?.nodes.length ?? 0) + 10);
  // A price of the fund's own goes before the tenant's of the same day.
  await run(PRICES, { fundId, prices: [price(SHARE, "2026-10-15", "52.00", "EUR")] });
  expect((await positionsOn(null)).get(SHARE)).toMatchObject({ value: eur("26000.00") });
});

const IMPORT =
  "mutation ($input: ImportStatementInput!) { importStatement(input: $input) { id posted } }";
const UNDO = "mutation ($input: UndoStatementInput!) { undoStatement(input: $input) { id } }";
const STATEMENT = `:20:1
:25:DE89370400440532013000
:60F:C260901EUR0,
:61:2609100910C100,NTRFNONREF//M1
:86:Paid in
:62F:C260930EUR100,
-`;

test("warns of cash that is not what the last bank statement ends with", async () => {
  const { ann, fundId, run, calculate } = await openValuedFund(graph);
  const { bank, capital } = dataOf<Record<"bank" | "capital", { id: string }>>(
    await graph.run(
      ann,
      `{ fund(id: "${fundId}") { bank: account(code: "BANK") { id } capital: account(code: "CAP") { id } } }`,
    ),
    "fund",
  );
  const cashOn = async (day: string) =>
    (await calculate(day)).checks.filter(({ kind }) => kind === "CASH_UNRECONCILED");
  const imported = dataOf<{ id: string }>(
    await graph.run(ann, IMPORT, {
      input: { accountId: bank.id, receiptsAccountId: capital.id, content: STATEMENT },
    }),
    "importStatement",
  );
  expect(imported).toMatchObject({ posted: 1 });
  expect(await cashOn("2026-09-30")).toEqual([]);
  const entries = [
    { accountId: bank.id, side: "DEBIT", amount: "50.25" },
    { accountId: capital.id, side: "CREDIT", amount: "50.25" },
  ];
  const paid = { fundId, effectiveDate: "2026-10-05", description: "By hand", entries };
  await run(
    "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
    paid,
  );
  expect(await cashOn("2026-09-30")).toEqual([]);
  expect(await cashOn("2026-10-15")).toMatchObject([
    { severity: "WARNING", rows: [{ subject: "BANK", found: "-50.25" }] },
  ]);
  // Before the statement ends nothing is known of the bank, and behind its undoing neither.
  expect(await cashOn("2026-09-29")).toEqual([]);
  await run(UNDO, { statementId: imported.id, reason: "Of another fund" });
  expect(await cashOn("2026-10-15")).toEqual([]);
});
