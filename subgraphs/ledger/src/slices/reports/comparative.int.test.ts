import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import type { LedgerGraph } from "../../ledger-graph.fixture.ts";
import {
  accounts,
  ask,
  balances,
  CHART,
  closeYear,
  fundId,
  journal,
  openTwoYears,
  read,
  yearOf,
  type Code,
  type Money,
} from "./two-years.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openTwoYears(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const byName = (a = "", b = ""): number => (a < b ? -1 : Number(a > b));
const byCurrency = ([a]: string[], [b]: string[]): number => byName(a, b);
const CODES = (Object.keys(CHART) as Code[]).sort(byName);
const PERIODS = [yearOf(2025), { from: "2026-01-01", to: "2026-03-31" }, yearOf(2026)];
const isCash = (code: Code): boolean => code.startsWith("1000");
const isDebit = (code: Code): boolean => ["ASSET", "EXPENSE"].includes(CHART[code][0]);
const text = (code: Code, minor: bigint): string => formatAmount(minor, CHART[code][1]);

/** Accounts with an amount in one of the columns, and what each column has of them. */
const table = (columns: readonly ReadonlyMap<Code, bigint>[]) =>
  CODES.filter((code) => columns.some((column) => (column.get(code) ?? 0n) !== 0n)).map((code) => [
    code,
    ...columns.map((column) => text(code, column.get(code) ?? 0n)),
  ]);

test("trial balances stand side by side, each with the balances of its day", async () => {
  const days = ["2025-06-30", "2025-12-31", "2026-12-31"];
  const fund = await ask<{
    comparativeTrialBalance: {
      lines: { nodes: { account: { code: Code }; columns: { amounts: Money[] }[] }[] };
    };
  }>(
    "fund",
    `query ($id: ID!, $days: [Date!]!) { fund(id: $id) { comparativeTrialBalance(days: $days) {
      lines(first: 50) { nodes { account { code } columns { amounts { amount } } } } } } }`,
    { id: fundId, days },
  );
  const onNormalSide = days.map(
    (day) =>
      new Map([...balances(day)].map(([code, minor]) => [code, isDebit(code) ? minor : -minor])),
  );
  const shown = fund.comparativeTrialBalance.lines.nodes.map(({ account, columns }) => [
    account.code,
    ...columns.map(({ amounts }) => amounts[0]?.amount),
  ]);
  expect(shown).toEqual(table(onNormalSide));
});

/** What other accounts brought to cash, from the journal alone. */
function flows(method: string, { from, to }: { from: string; to: string }): Map<Code, bigint> {
  const sums = new Map<Code, bigint>();
  for (const { date, lines } of journal) {
    if (date < from || date > to) continue;
    const moved = new Set(lines.filter(([code]) => isCash(code)).map(([code]) => CHART[code][1]));
    for (const [code, amount] of lines) {
      const currency = CHART[code][1];
      if (isCash(code) || (method === "DIRECT" && !moved.has(currency))) continue;
      sums.set(code, (sums.get(code) ?? 0n) - parseAmount(amount, currency));
    }
  }
  return sums;
}

interface Flows {
  readonly columns: {
    readonly from: string;
    readonly totals: ({ readonly currency: string } & Record<"opening" | "closing", Money>)[];
  }[];
  readonly lines: {
    readonly nodes: { readonly account: { readonly code: Code }; readonly amounts: Money[] }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const FLOWS = `query ($id: ID!, $periods: [ReportPeriodInput!]!, $method: CashFlowMethod!, $first: Int!,
  $after: Cursor, $knownAt: SafeInt) { fund(id: $id) {
  comparativeCashFlowStatement(periods: $periods, method: $method, knownAt: $knownAt) {
    columns { from totals { currency opening { amount } closing { amount } } }
    lines(first: $first, after: $after) { nodes { account { code } amounts { amount } }
      pageInfo { hasNextPage endCursor } } } } }`;

async function readFlows(method: string, knownAt?: number) {
  const nodes: Flows["lines"]["nodes"] = [];
  for (let after: string | undefined; ;) {
    const variables = { id: fundId, periods: PERIODS, method, first: 3, after, knownAt };
    const fund = await ask<{ comparativeCashFlowStatement: Flows }>("fund", FLOWS, variables);
    const { columns, lines } = fund.comparativeCashFlowStatement;
    nodes.push(...lines.nodes);
    if (!lines.pageInfo.hasNextPage) {
      return {
        columns,
        lines: nodes.map(({ account, amounts }) => [
          account.code,
          ...amounts.map(({ amount }) => amount),
        ]),
      };
    }
    after = lines.pageInfo.endCursor;
  }
}

test.each(["DIRECT", "INDIRECT"])(
  "%s cash flows stand side by side, with the cash before and after each period",
  async (method) => {
    const { columns, lines } = await readFlows(method);
    expect(lines).toEqual(table(PERIODS.map((period) => flows(method, period))));
    for (const [column, { from, to }] of PERIODS.entries()) {
      const before = balances(`${Number(from.slice(0, 4)) - 1}-12-31`);
      const after = balances(to);
      const cash = CODES.filter(isCash).map((code) => [
        CHART[code][1],
        text(code, before.get(code) ?? 0n),
        text(code, after.get(code) ?? 0n),
      ]);
      const shown = columns[column]?.totals.map(({ currency, opening, closing }) => [
        currency,
        opening.amount,
        closing.amount,
      ]);
      expect(columns[column]?.from).toBe(from);
      expect(shown?.sort(byCurrency)).toEqual(cash.sort(byCurrency));
    }
  },
);

/** What the entries of a list of transactions come to, as credits less debits. */
async function listed(code: Code, filter: object, knownAt?: number): Promise<string> {
  const fund = await ask<{
    transactions: { totals: { sums: { debit: Money; credit: Money }[] } };
  }>(
    "fund",
    `query ($id: ID!, $filter: TransactionFilter, $knownAt: SafeInt) { fund(id: $id) {
      transactions(first: 1, filter: $filter, knownAt: $knownAt) {
        totals { sums { debit { amount } credit { amount } } } } } }`,
    { id: fundId, filter: { accountIds: [accounts.get(code)], ...filter }, knownAt },
  );
  const [sums] = fund.transactions.totals.sums;
  const minor = (money: Money | undefined) => parseAmount(money?.amount ?? "0", CHART[code][1]);
  return text(code, minor(sums?.credit) - minor(sums?.debit));
}

const within = ({ from, to }: { from: string; to: string }) => ({
  effectiveFrom: from,
  effectiveTo: to,
});

test("each figure of a period leads to its postings, also behind a closed year and as known before", async () => {
  const { knownAt } = await read(2025);
  await closeYear("2025-12-31");
  for (const [method, filter] of [
    ["DIRECT", { movesCash: true }],
    ["INDIRECT", { isYearEnd: false }],
  ] as const) {
    for (const [code, ...amounts] of (await readFlows(method)).lines) {
      for (const [column, period] of PERIODS.entries()) {
        const amount = await listed(code as Code, { ...within(period), ...filter });
        expect([code, column, amount]).toEqual([code, column, amounts[column]]);
      }
    }
  }
  const year = within(yearOf(2025));
  const dividends = text("4100", 134506n);
  expect(await listed("4100", { ...year, isYearEnd: false })).toBe(dividends);
  expect(await listed("4100", { ...year, isYearEnd: true })).toBe(`-${dividends}`);
  expect(await listed("4100", year)).toBe("0.00");
  expect(await listed("4100", year, knownAt)).toBe(dividends);
  expect(await listed("5100", { ...year, movesCash: false, isYearEnd: false })).toBe("-4750.33");
  expect(await readFlows("INDIRECT", knownAt)).toEqual(await readFlows("INDIRECT"));
});

test.each([
  ["no periods", `comparativeCashFlowStatement(periods: []) { knownAt }`],
  [
    "a period that ends before it begins",
    `comparativeCashFlowStatement(periods: [{ from: "2026-01-01", to: "2026-12-31" },
      { from: "2026-12-31", to: "2026-01-01" }]) { knownAt }`,
  ],
  ["one day", `comparativeTrialBalance(days: ["2026-12-31"]) { knownAt }`],
])("%s is refused", async (_what, report) => {
  const asked = ask("fund", `query ($id: ID!) { fund(id: $id) { ${report} } }`, { id: fundId });
  await expect(asked).rejects.toThrow("must");
});
