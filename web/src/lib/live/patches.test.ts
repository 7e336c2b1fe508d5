import { expect, test } from "vitest";
import {
  AccountStatementDocument,
  FundBooksDocument,
  FundHistoryDocument,
} from "../graph/graph-types.generated.ts";
import { patchOf, type LiveTransaction } from "./patches.ts";

const euros = (amount: string) => ({ amount, currency: "EUR" });
const cash = { id: "cash", code: "1000", name: "Cash", type: "ASSET" as const };
const fees = { id: "fees", code: "5100", name: "Fees", type: "EXPENSE" as const };
const figures = (position: number, amount: string) => ({
  fundId: "fund",
  asOf: "2026-11-22",
  position,
  currency: "EUR",
  cash: euros(amount),
  netAssetValue: euros(amount),
  netFlow30d: null,
  otherCurrencies: [],
  values: [],
});

function charge(position: number, change: Partial<LiveTransaction> = {}): LiveTransaction {
  const entry = (account: typeof cash | typeof fees, side: "DEBIT" | "CREDIT", after: string) => ({
    id: `${position}-${account.id}`,
    side,
    amount: euros("10.00"),
    balanceAfter: euros(after),
    account: { ...account, version: position, available: euros(after) },
  });
  return {
    id: `transaction-${position}`,
    position,
    effectiveDate: "2026-11-22",
    recordedAt: "2026-11-22T10:00:00Z",
    description: "Charge",
    reference: null,
    category: null,
    fund: { id: "fund", name: "Fund", position, metrics: figures(position, "90.00") },
    entries: [entry(fees, "DEBIT", "10.00"), entry(cash, "CREDIT", "90.00")],
    ...change,
  };
}

const apply = (document: unknown, data: unknown, posted: LiveTransaction, variables = {}) =>
  patchOf(document)?.apply(data, posted, variables);

const books = {
  fund: {
    id: "fund",
    position: 4,
    accounts: { nodes: [{ ...cash, balance: euros("100.00") }] },
    transactions: { nodes: [{ id: "old" }, { id: "older" }], pageInfo: {} },
  },
};

test("brings a posting into a fund's balances and the first page of its transactions", () => {
  const after = apply(FundBooksDocument, books, charge(5), { first: 2, after: null });
  expect(after).toMatchObject({
    fund: {
      position: 5,
      accounts: { nodes: [{ id: "cash", balance: euros("90.00") }] },
      transactions: {
        nodes: [{ id: "transaction-5", fund: { id: "fund", name: "Fund" } }, { id: "old" }],
      },
    },
  });
  const older = apply(FundBooksDocument, books, charge(5), { first: 2, after: "cursor" });
  expect(older).toMatchObject({
    fund: { transactions: { nodes: [{ id: "old" }, { id: "older" }] } },
  });
});

const statement = (hasNextPage: boolean) => ({
  account: {
    ...cash,
    fund: { id: "fund", position: 4 },
    balance: euros("100.00"),
    available: euros("100.00"),
    version: 4,
    entries: { nodes: [{ id: "first" }], pageInfo: { hasNextPage } },
  },
});

const statementAfter = (hasNextPage: boolean, period: object) =>
  apply(AccountStatementDocument, statement(hasNextPage), charge(5), period);

test("appends entries to the last page of a statement, within its period", () => {
  expect(statementAfter(false, {})).toMatchObject({
    account: {
      balance: euros("90.00"),
      available: euros("90.00"),
      version: 5,
      entries: { nodes: [{ id: "first" }, { id: "5-cash", transaction: { id: "transaction-5" } }] },
    },
  });
  const unchanged = { account: { balance: euros("90.00"), entries: { nodes: [{ id: "first" }] } } };
  expect(statementAfter(true, {})).toMatchObject(unchanged);
  expect(statementAfter(false, { to: "2026-11-21" })).toMatchObject(unchanged);
});

const history = {
  fund: {
    id: "fund",
    metrics: figures(4, "100.00"),
    balanceHistory: [{ date: "2026-11-19", cash: euros("100.00"), netAssetValue: euros("100.00") }],
    cashFlows: [],
  },
};

test("moves the last day of a history, with the days between filled", () => {
  const moved = apply(FundHistoryDocument, history, charge(5)) as typeof history;
  expect(
    moved.fund.balanceHistory.map(({ date, cash: { amount } }) => `${date} ${amount}`),
  ).toEqual(["2026-11-19 100.00", "2026-11-20 100.00", "2026-11-21 100.00", "2026-11-22 90.00"]);
});

test.each([
  ["into the past", { effectiveDate: "2026-11-01" }],
  ["into the future", { effectiveDate: "2026-12-01" }],
  ["without figures", { fund: { id: "fund", name: "Fund", position: 5, metrics: null } }],
])("does not guess the history after a posting %s", (_, change) => {
  expect(apply(FundHistoryDocument, history, charge(5, change))).toBeUndefined();
});
