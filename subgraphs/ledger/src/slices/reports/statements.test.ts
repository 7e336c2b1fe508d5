import type { AccountType } from "@allfunds/contract/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { usualClassification } from "../account-classes/account-class.ts";
import { normalSide } from "../accounts/account.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { cashFlowTotals, indirectLines, untied } from "./cash-flow.ts";
import { sumByCurrency, type AccountBalance } from "./read-fund-balances.ts";
import { rollUp } from "./rolled-up.ts";
import { BalanceSheetObject, IncomeStatementObject } from "./report-objects.ts";

const TYPES: readonly AccountType[] = [
  "ASSET",
  "ASSET",
  "LIABILITY",
  "EQUITY",
  "INCOME",
  "EXPENSE",
];

/** Six accounts in each of two currencies, the first of each is cash; each but the first two has a parent. */
const CHART = ["EUR", "JPY"].flatMap((currency) =>
  TYPES.map((type, index) =>
    Object.assign(new AccountObject(), {
      id: `${currency} ${index}`,
      code: `${index}-${currency}`,
      type,
      currency,
      parentId: index === 1 ? `${currency} 0` : null,
      countsAsCash: index === 0,
    }),
  ),
);

/** From, to and amount of transactions in one currency. */
const postings = fc.array(
  fc.tuple(fc.constantFrom("EUR", "JPY"), fc.nat(5), fc.nat(5), fc.bigInt(1n, 1_000_000n)),
  { maxLength: 30 },
);

function balancesOf(
  posted: readonly (readonly [string, number, number, bigint])[],
): AccountBalance[] {
  return CHART.map((account) => {
    let debitMinor = 0n;
    for (const [currency, from, to, minor] of posted) {
      if (account.id === `${currency} ${to}`) debitMinor += minor;
      if (account.id === `${currency} ${from}`) debitMinor -= minor;
    }
    const normalMinor = normalSide(account.type) === "DEBIT" ? debitMinor : -debitMinor;
    return { account, debitMinor, normalMinor };
  });
}

const activityOf = ({ type }: AccountObject) => usualClassification(type).cashFlow;

test("the three statements tie to each other, whatever was posted", () => {
  fc.assert(
    fc.property(postings, postings, (before, during) => {
      const opening = balancesOf(before);
      const movements = balancesOf(during);
      const closing = balancesOf([...before, ...during]);
      const flows = cashFlowTotals(indirectLines(movements, activityOf), opening, movements);
      expect(untied(flows)).toEqual([]);
      const cash = new Map(
        closing
          .filter(({ account }) => account.countsAsCash)
          .map(({ account, debitMinor }) => [account.currency, debitMinor]),
      );
      for (const { currency, closingMinor } of flows) {
        expect(closingMinor).toBe(cash.get(currency));
      }
      const sheets = [opening, closing].map((balances) =>
        Object.assign(new BalanceSheetObject(), { balances }).totals(),
      );
      const earned = Object.assign(new IncomeStatementObject(), { balances: movements }).totals();
      for (const [index, sheet] of (sheets[1] ?? []).entries()) {
        const amounts = [sheet.liabilities, sheet.equity, sheet.result].map(({ amount }) =>
          minorOf(amount),
        );
        expect(minorOf(sheet.assets.amount)).toBe(amounts.reduce((sum, minor) => sum + minor, 0n));
        const first = sheets[0]?.[index];
        const net = earned.find(({ currency }) => currency === sheet.currency)?.net.amount ?? "0";
        const change = minorOf(sheet.result.amount) - minorOf(first?.result.amount ?? "0");
        expect(minorOf(net)).toBe(change);
      }
    }),
    { numRuns: 60 },
  );
});

const minorOf = (amount: string): bigint => BigInt(amount.replace(".", ""));

test("a chart rolled up to any depth shows every amount once", () => {
  fc.assert(
    fc.property(postings, fc.integer({ min: 1, max: 3 }), (posted, depth) => {
      const balances = balancesOf(posted).filter(({ debitMinor }) => debitMinor !== 0n);
      const rows = rollUp(CHART, balances, depth);
      expect(rows.every(({ level }) => level <= depth)).toBe(true);
      const tops = rows.filter(({ level }) => level === 1);
      const sums = sumByCurrency(balances, ["ASSET"], ({ account, normalMinor }) =>
        account.type === "ASSET" ? { ASSET: normalMinor } : {},
      );
      for (const { currency, sums: right } of sums) {
        const shown = tops
          .filter(({ account }) => account.type === "ASSET")
          .reduce((sum, row) => sum + (row.sums.get(currency) ?? 0n), 0n);
        expect(shown).toBe(right.ASSET);
      }
    }),
    { numRuns: 60 },
  );
});
