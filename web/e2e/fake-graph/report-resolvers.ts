import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { money, signed, type Account, type Fund } from "./books.ts";
import type { Caller } from "./caller.ts";
import { pageOf } from "./connection.ts";
import { accountValue } from "./ledger-resolvers.ts";
import { fundOf, type GraphState } from "./state.ts";

interface Days {
  readonly from?: string | null;
  readonly to?: string | null;
}

interface Line {
  readonly account: Account;
  /** Minor units on the account's normal side. */
  readonly amount: bigint;
}

/** Trial balance, balance sheet, income statement and cash flow, from the entries of the books. */
export function reportResolvers(state: GraphState): Graph.Resolvers<Caller> {
  return {
    Fund: {
      trialBalance: ({ id }, { asOf }) => trialBalanceOf(fundOf(state, id), asOf),
      balanceSheet: ({ id }, { asOf }) => balanceSheetOf(fundOf(state, id), asOf),
      incomeStatement: ({ id }, days) => {
        const lines = linesOf(fundOf(state, id), days).filter(({ account }) => isResult(account));
        const [income, expenses] = [totalOf(lines, "INCOME"), totalOf(lines, "EXPENSE")];
        return {
          ...reportOf(fundOf(state, id), lines),
          totals: [
            {
              currency: "EUR",
              income: money(income, "EUR"),
              expenses: money(expenses, "EUR"),
              net: money(income - expenses, "EUR"),
            },
          ],
        };
      },
      cashFlowStatement: ({ id }, days) => cashFlowOf(fundOf(state, id), days),
      comparativeTrialBalance: ({ id }, { days }) =>
        comparedOf(fundOf(state, id), days.map(untilDay)),
      comparativeBalanceSheet: ({ id }, { days }) =>
        comparedOf(fundOf(state, id), days.map(untilDay), (account) => !isResult(account)),
      comparativeIncomeStatement: ({ id }, { periods }) =>
        comparedOf(fundOf(state, id), periods, isResult),
      comparativeCashFlowStatement: ({ id }, { periods, method }) => {
        const fund = fundOf(state, id);
        const rows = besideEachOther(fund, periods, ({ countsAsCash }) => !countsAsCash);
        return {
          method,
          knownAt: fund.position,
          columns: periods.map((days) => cashFlowOf(fund, days)),
          lines: pageOf(rows, { first: rows.length }, ({ account, amounts }) => ({
            account: accountValue(account),
            activity: "OPERATING" as const,
            amounts: amounts.map((amount) => money(signed(account.type, "CREDIT", amount), "EUR")),
          })),
        };
      },
    },
  };
}

const untilDay = (to: string): Days => ({ to });

const amountIn = (column: readonly Line[], account: Account): bigint =>
  column.find((line) => line.account === account)?.amount ?? 0n;

/** Accounts that moved in one of some ranges of days, and by how much in each. */
function besideEachOther(fund: Fund, columns: readonly Days[], has: (account: Account) => boolean) {
  const lines = columns.map((days) => linesOf(fund, days));
  return fund.accounts
    .filter((account) => has(account) && lines.some((column) => amountIn(column, account) !== 0n))
    .map((account) => ({ account, amounts: lines.map((column) => amountIn(column, account)) }));
}

function comparedOf(
  fund: Fund,
  columns: readonly Days[],
  has: (account: Account) => boolean = () => true,
) {
  const rows = besideEachOther(fund, columns, has);
  const page = { first: rows.length };
  const amountsOf = ({ amounts }: (typeof rows)[number]) =>
    amounts.map((amount) => money(amount, "EUR"));
  return {
    knownAt: fund.position,
    lines: pageOf(rows, page, (row) => ({
      account: accountValue(row.account),
      level: 1,
      columns: amountsOf(row).map((amount) => ({ amounts: [amount] })),
    })),
    byDimension: {
      lines: pageOf(rows, page, (row) => ({
        value: null,
        activity: null,
        account: accountValue(row.account),
        amounts: amountsOf(row),
      })),
    },
  };
}

/** The whole fund's, or a part of it, such as 2 for a half. */
export function trialBalanceOf(fund: Fund, asOf: string | null | undefined, divisor = 1n) {
  const lines = partOf(linesOf(fund, { to: asOf ?? null }), divisor);
  return {
    ...reportOf(fund, lines),
    totals: [{ currency: "EUR", debit: sumOf(lines, "debit"), credit: sumOf(lines, "credit") }],
  };
}

/** The whole fund's, or a part of it, such as 2 for a half. */
export function balanceSheetOf(fund: Fund, asOf: string | null | undefined, divisor = 1n) {
  const all = partOf(linesOf(fund, { to: asOf ?? null }), divisor);
  const total = (type: Graph.AccountType) => totalOf(all, type);
  const lines = all.filter(({ account }) => !isResult(account));
  return {
    ...reportOf(fund, lines),
    totals: [
      {
        currency: "EUR",
        assets: money(total("ASSET"), "EUR"),
        liabilities: money(total("LIABILITY"), "EUR"),
        equity: money(total("EQUITY"), "EUR"),
        result: money(total("INCOME") - total("EXPENSE"), "EUR"),
      },
    ],
  };
}

const partOf = (lines: readonly Line[], divisor: bigint): Line[] =>
  lines.map(({ account, amount }) => ({ account, amount: amount / divisor }));

function cashFlowOf(fund: Fund, days: { from: string; to: string }) {
  const all = linesOf(fund, days);
  const cash = all.filter(({ account }) => account.countsAsCash);
  const others = all.filter(({ account }) => !account.countsAsCash);
  const moved = cash.reduce((sum, { amount }) => sum + amount, 0n);
  const closing = linesOf(fund, { to: days.to })
    .filter(({ account }) => account.countsAsCash)
    .reduce((sum, { amount }) => sum + amount, 0n);
  return {
    ...days,
    knownAt: fund.position,
    totals: [
      {
        currency: "EUR",
        opening: money(closing - moved, "EUR"),
        operating: money(moved, "EUR"),
        investing: money(0n, "EUR"),
        financing: money(0n, "EUR"),
        closing: money(closing, "EUR"),
      },
    ],
    lines: pageOf(others, { first: others.length }, ({ account, amount }) => ({
      account: accountValue(account),
      activity: "OPERATING" as const,
      amount: money(signed(account.type, "CREDIT", amount), "EUR"),
    })),
  };
}

const isResult = ({ type }: Account): boolean => type === "INCOME" || type === "EXPENSE";

const debitOf = ({ account, amount }: Line): bigint => signed(account.type, "DEBIT", amount);

function reportOf(fund: Fund, lines: readonly Line[]) {
  return {
    knownAt: fund.position,
    lines: pageOf(lines, { first: lines.length }, (line) => ({
      account: accountValue(line.account),
      amount: money(line.amount, "EUR"),
      debit: sumOf([line], "debit"),
      credit: sumOf([line], "credit"),
    })),
    tree: treeOf(fund, lines),
    byDimension: {
      totals: [],
      lines: pageOf(lines, { first: lines.length }, (line) => ({
        value: null,
        activity: null,
        account: accountValue(line.account),
        amount: money(line.amount, "EUR"),
        debit: sumOf([line], "debit"),
        credit: sumOf([line], "credit"),
      })),
    },
  };
}

/** The first account over all others, so that there are two levels. */
function treeOf(fund: Fund, lines: readonly Line[]) {
  const [top] = fund.accounts;
  const rest = lines.filter(({ account }) => account !== top);
  const levels = [
    ...lines.filter(({ account }) => account === top).map((line) => ({ ...line, level: 1 })),
    ...rest.map((line) => ({ ...line, level: 2 })),
  ];
  return pageOf(levels, { first: levels.length }, ({ account, amount, level }) => ({
    account: accountValue(account),
    level,
    accounts: 1,
    amounts: [money(amount, "EUR")],
  }));
}

function sumOf(lines: readonly Line[], side: "debit" | "credit"): Graph.Money {
  const amounts = lines.map(debitOf).map((debit) => (side === "debit" ? debit : -debit));
  return money(
    amounts.filter((amount) => amount > 0n).reduce((sum, amount) => sum + amount, 0n),
    "EUR",
  );
}

const totalOf = (lines: readonly Line[], type: Graph.AccountType): bigint =>
  lines
    .filter(({ account }) => account.type === type)
    .reduce((sum, { amount }) => sum + amount, 0n);

/** The balance of each account, or its movement in a range of days. */
function linesOf(fund: Fund, { from, to }: Days): Line[] {
  const entries = fund.transactions
    .filter(({ effectiveDate }) => effectiveDate >= (from ?? "") && effectiveDate <= (to ?? "9999"))
    .flatMap((transaction) => transaction.entries);
  return fund.accounts
    .map((account) => ({
      account,
      amount: entries
        .filter((entry) => entry.account === account)
        .reduce((sum, { side, amount }) => sum + signed(account.type, side, amount), 0n),
    }))
    .filter(({ amount }) => amount !== 0n);
}
