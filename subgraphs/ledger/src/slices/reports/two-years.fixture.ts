import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { TestDatabase } from "@allfunds/platform/testing";
import { expect } from "vitest";
import { dataOf, openGraph, signedIn, type LedgerGraph } from "../../ledger-graph.fixture.ts";

// A fund in euros with cash in dollars and yen, dividends, accruals, a standing fee and two year-ends. What its
// reports have to state is added up here a second time, from the journal alone.

let graph: LedgerGraph;
export let fundId = "";
export const accounts = new Map<string, string>();
const overrides = { now: new Date("2027-01-31T12:00:00.000Z") };
export const ann = signedIn("ann", { overrides });
const bob = signedIn("bob", { overrides });

export const CHART = {
  "1000": ["ASSET", "EUR"],
  "1000-USD": ["ASSET", "USD"],
  "1000-JPY": ["ASSET", "JPY"],
  "1900-USD": ["ASSET", "EUR"],
  "1900-JPY": ["ASSET", "EUR"],
  "2100": ["LIABILITY", "EUR"],
  "2900-USD": ["LIABILITY", "USD"],
  "2900-JPY": ["LIABILITY", "JPY"],
  "3000": ["EQUITY", "EUR"],
  "3900": ["EQUITY", "EUR"],
  "4100": ["INCOME", "EUR"],
  "4210": ["INCOME", "EUR"],
  "5100": ["EXPENSE", "EUR"],
  "5200": ["EXPENSE", "EUR"],
} as const;
export type Code = keyof typeof CHART;

/** An amount on an account: positive on its debit side. */
type Line = readonly [Code, string];
interface Entry {
  readonly date: string;
  readonly lines: readonly Line[];
}

/** The journal as this test keeps it, without closings. */
export const journal: Entry[] = [];

export async function ask<Data>(
  name: string,
  text: string,
  variables: object,
  by = ann,
): Promise<Data> {
  return dataOf<Data>(await graph.run(by, text, variables), name);
}

const entryOf = ([code, amount]: Line) => ({
  accountId: accounts.get(code),
  side: amount.startsWith("-") ? "CREDIT" : "DEBIT",
  amount: amount.replace("-", ""),
});

async function post(date: string, lines: readonly Line[], more: object = {}): Promise<void> {
  const input = { fundId, effectiveDate: date, description: "Of two years", ...more };
  await ask(
    "postTransaction",
    "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
    { input: { ...input, entries: lines.map(entryOf) } },
  );
  journal.push({ date, lines });
}

async function openFund(): Promise<void> {
  const fund = await ask<{ id: string }>(
    "openFund",
    "mutation ($input: OpenFundInput!) { openFund(input: $input) { id } }",
    { input: { name: "Two years in three currencies", currency: "EUR" } },
  );
  fundId = fund.id;
  const chart = Object.entries(CHART).map(([code, [type, currency]]) => ({
    code,
    name: code,
    type,
    currency,
    countsAsCash: code.startsWith("1000"),
    ...(code === "3900" ? { class: "RETAINED_EARNINGS" } : {}),
  }));
  await ask(
    "openChart",
    "mutation ($input: OpenChartInput!) { openChart(input: $input) { opened } }",
    { input: { fundId, accounts: chart } },
  );
  const read = "query ($id: ID!) { fund(id: $id) { accounts(first: 100) { nodes { id code } } } }";
  const opened = await ask<{ accounts: { nodes: { id: string; code: string }[] } }>("fund", read, {
    id: fundId,
  });
  for (const { id, code } of opened.accounts.nodes) accounts.set(code, id);
}

/** Euros for another currency: each balances by itself through its side of the exchange. */
const exchange = (currency: "USD" | "JPY", euros: string, units: string): Line[] => [
  ["1000", `-${euros}`],
  [`1900-${currency}`, euros],
  [`1000-${currency}`, units],
  [`2900-${currency}`, `-${units}`],
];

const dividend = (currency: "USD" | "JPY", euros: string, units: string): Line[] => [
  [`1000-${currency}`, units],
  [`2900-${currency}`, `-${units}`],
  [`1900-${currency}`, euros],
  ["4100", `-${euros}`],
];

async function postTwoYears(): Promise<void> {
  await post("2025-01-02", [
    ["1000", "250000.00"],
    ["3000", "-250000.00"],
  ]);
  await post("2025-02-03", exchange("USD", "92592.59", "100000.00"));
  await post("2025-02-04", exchange("JPY", "61919.50", "10000001"));
  await post("2025-06-16", dividend("USD", "1157.41", "1250.00"));
  await post("2025-09-30", dividend("JPY", "187.65", "30305"));
  await accrue("2025-12-31", "2026-01-01", "4750.33");
  await post("2026-02-16", [
    ["5100", "4800.00"],
    ["1000", "-4800.00"],
  ]);
  await post("2026-06-15", dividend("USD", "1203.70", "1300.00"));
  await accrue("2026-12-31", "2027-01-01", "5010.01");
}

/** An expense that is owed at the end of the year, and is not on the day after. */
async function accrue(date: string, reversesOn: string, amount: string): Promise<void> {
  await post(
    date,
    [
      ["5100", amount],
      ["2100", `-${amount}`],
    ],
    { reversesOn },
  );
  journal.push({
    date: reversesOn,
    lines: [
      ["2100", amount],
      ["5100", `-${amount}`],
    ],
  });
}

/** A fee of 125.50 on the last day of each quarter. */
async function payFees(): Promise<void> {
  const fee: readonly Line[] = [
    ["5200", "125.50"],
    ["1000", "-125.50"],
  ];
  await ask(
    "setJournalTemplate",
    "mutation ($input: SetJournalTemplateInput!) { setJournalTemplate(input: $input) { id } }",
    {
      input: {
        fundId,
        name: "Fee",
        description: "Fee of the quarter",
        entries: fee.map(entryOf),
        frequency: "QUARTERLY",
        dayOfMonth: 31,
        firstDate: "2025-03-01",
        lastDate: "2026-12-31",
      },
    },
  );
  const due = await ask(
    "runJournals",
    "mutation ($id: ID!) { runJournals(fundId: $id) { posted waiting skipped refused } }",
    { id: fundId },
  );
  expect(due).toEqual({ posted: 10, waiting: 0, skipped: 0, refused: 0 });
  for (const year of [2025, 2026]) {
    for (const day of ["03-31", "06-30", "09-30", "12-31"]) {
      journal.push({ date: `${year}-${day}`, lines: fee });
    }
  }
}

/** Dollars and yen are carried at the rates of the day: what differs is an unrealised result. */
async function revalue(on: string, usd: string, jpy: string): Promise<void> {
  const rate = (quote: string, units: string) => ({
    date: on,
    base: "EUR",
    quote,
    rate: units,
    source: "ECB",
  });
  await ask(
    "recordExchangeRates",
    "mutation ($input: RecordExchangeRatesInput!) { recordExchangeRates(input: $input) { __typename } }",
    { input: { rates: [rate("USD", usd), rate("JPY", jpy)] } },
  );
  await ask(
    "revalueCurrencies",
    "mutation ($input: RevalueCurrenciesInput!) { revalueCurrencies(input: $input) { transaction { id } } }",
    { input: { fundId, on } },
  );
  const moved = [worth("USD", usd, on), worth("JPY", jpy, on)];
  const lines = moved.flatMap(([code, cents]): Line[] => [
    [code, formatAmount(cents, "EUR")],
    ["4210", formatAmount(-cents, "EUR")],
  ]);
  journal.push({ date: on, lines });
}

/** By how many cents the carried value of a currency changes, at so many units for one euro: half to even. */
function worth(currency: "USD" | "JPY", units: string, on: string): [Code, bigint] {
  const decimals = units.length - units.indexOf(".") - 1;
  const perEuro = BigInt(units.replace(".", ""));
  const held = balances(on).get(`1000-${currency}`) ?? 0n;
  const cents = currency === "USD" ? 1n : 100n;
  const scaled = held * cents * 10n ** BigInt(decimals);
  const [whole, rest] = [scaled / perEuro, scaled % perEuro];
  const isUp = rest * 2n > perEuro || (rest * 2n === perEuro && whole % 2n === 1n);
  const carried = balances(on).get(`1900-${currency}`) ?? 0n;
  return [`1900-${currency}`, whole + (isUp ? 1n : 0n) - carried];
}

/** Debits less credits by account, from one day to another, in minor units. */
export function balances(to: string, from = ""): Map<Code, bigint> {
  const sums = new Map<Code, bigint>();
  for (const { date, lines } of journal) {
    if (date > to || date < from) continue;
    for (const [code, amount] of lines) {
      sums.set(code, (sums.get(code) ?? 0n) + parseAmount(amount, CHART[code][1]));
    }
  }
  return sums;
}

const CURRENCIES = ["EUR", "JPY", "USD"] as const;

/** The sum over accounts of some types, debits positive. */
const sumOf = (sums: Map<Code, bigint>, currency: string, ...types: string[]): bigint =>
  [...sums]
    .filter(([code]) => CHART[code][1] === currency && types.includes(CHART[code][0]))
    .reduce((sum, [, minor]) => sum + minor, 0n);

/** What each report has to state of a year; `closed` when its result is in retained earnings. */
export function expected(year: number, closed: boolean) {
  const [from, to] = [`${year}-01-01`, `${year}-12-31`];
  const [all, ofYear] = [balances(to), balances(to, from)];
  return {
    sheet: CURRENCIES.map((currency) => {
      const result = -sumOf(all, currency, "INCOME", "EXPENSE");
      const earlier =
        year === 2026 ? -sumOf(balances("2025-12-31"), currency, "INCOME", "EXPENSE") : 0n;
      const kept = closed ? result : earlier;
      return [
        currency,
        formatAmount(sumOf(all, currency, "ASSET"), currency),
        formatAmount(-sumOf(all, currency, "LIABILITY"), currency),
        formatAmount(kept - sumOf(all, currency, "EQUITY"), currency),
        formatAmount(result - kept, currency),
      ];
    }),
    income: ["EUR"].map((currency) => [
      currency,
      formatAmount(-sumOf(ofYear, currency, "INCOME"), currency),
      formatAmount(sumOf(ofYear, currency, "EXPENSE"), currency),
    ]),
    cash: CURRENCIES.map((currency) => {
      const cash = currency === "EUR" ? "1000" : (`1000-${currency}` as const);
      const before = balances(`${year - 1}-12-31`).get(cash) ?? 0n;
      return [
        currency,
        formatAmount(before, currency),
        formatAmount(all.get(cash) ?? 0n, currency),
      ];
    }),
  };
}

export interface Money {
  readonly amount: string;
}
interface Read {
  readonly balanceSheet: {
    readonly knownAt: number;
    readonly totals: Record<"assets" | "liabilities" | "equity" | "result", Money>[];
  };
  readonly incomeStatement: { readonly totals: Record<"income" | "expenses", Money>[] };
  readonly direct: CashFlow;
  readonly indirect: CashFlow;
  readonly trialBalance: { readonly totals: Record<"debit" | "credit", Money>[] };
}
interface CashFlow {
  readonly totals: Record<string, Money>[];
}

const FLOW = `totals { currency opening { amount } operating { amount } investing { amount }
  financing { amount } closing { amount } }`;
const READ = `query ($id: ID!, $from: Date!, $to: Date!, $knownAt: SafeInt) { fund(id: $id) {
  balanceSheet(asOf: $to, knownAt: $knownAt) { knownAt
    totals { currency assets { amount } liabilities { amount } equity { amount } result { amount } } }
  incomeStatement(from: $from, to: $to, knownAt: $knownAt) {
    totals { currency income { amount } expenses { amount } } }
  trialBalance(asOf: $to, knownAt: $knownAt) { totals { currency debit { amount } credit { amount } } }
  direct: cashFlowStatement(from: $from, to: $to, knownAt: $knownAt, method: DIRECT) { ${FLOW} }
  indirect: cashFlowStatement(from: $from, to: $to, knownAt: $knownAt, method: INDIRECT) { ${FLOW} } } }`;

/** Rows of a report's totals: the currency and the named amounts, by currency. */
const rows = (list: readonly object[], ...names: string[]) =>
  list
    .map((row) => {
      const of = row as Record<string, Money> & { readonly currency: unknown };
      return [of.currency as string, ...names.map((name) => of[name]?.amount ?? "")];
    })
    .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1));

export async function read(year: number, knownAt?: number) {
  const range = { from: `${year}-01-01`, to: `${year}-12-31`, knownAt };
  const fund = await ask<Read>("fund", READ, { id: fundId, ...range });
  for (const { debit, credit } of fund.trialBalance.totals) expect(debit).toEqual(credit);
  for (const flow of [fund.direct, fund.indirect]) {
    const parts = ["opening", "operating", "investing", "financing", "closing"];
    for (const [currency = "", ...amounts] of rows(flow.totals, ...parts)) {
      const minor = amounts.map((amount) => parseAmount(amount, currency));
      const closing = minor.pop() ?? 0n;
      expect(minor.reduce((sum, part) => sum + part, 0n)).toBe(closing);
    }
  }
  const flows = (flow: CashFlow) => rows(flow.totals, "opening", "closing");
  expect(flows(fund.indirect)).toEqual(flows(fund.direct));
  return {
    knownAt: fund.balanceSheet.knownAt,
    figures: {
      sheet: rows(fund.balanceSheet.totals, "assets", "liabilities", "equity", "result"),
      income: rows(fund.incomeStatement.totals, "income", "expenses"),
      cash: flows(fund.direct),
    },
  };
}

export async function closeYear(to: string): Promise<void> {
  await ask(
    "closePeriod",
    "mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }",
    { input: { fundId, to } },
  );
  const { id } = await ask<{ id: string }>(
    "proposeYearEnd",
    "mutation ($input: ProposeYearEndInput!) { proposeYearEnd(input: $input) { id } }",
    { input: { fundId, to } },
  );
  await ask(
    "approveProposal",
    "mutation ($id: ID!) { approveProposal(id: $id) { id } }",
    { id },
    bob,
  );
}

/** Posts both years; neither is closed. */
export async function openTwoYears(database: TestDatabase): Promise<LedgerGraph> {
  graph = await openGraph(database);
  // Test files of one process share this module.
  journal.length = 0;
  accounts.clear();
  await openFund();
  await postTwoYears();
  await payFees();
  await revalue("2025-12-31", "1.0389", "163.06");
  await revalue("2026-12-31", "1.1713", "171.445");
  return graph;
}

/** Reads from another copy of the book. */
export async function onCopy<Answer>(
  copy: LedgerGraph,
  reading: () => Promise<Answer>,
): Promise<Answer> {
  const original = graph;
  graph = copy;
  try {
    return await reading();
  } finally {
    graph = original;
  }
}

export const yearOf = (year: number) => ({ from: `${year}-01-01`, to: `${year}-12-31` });
