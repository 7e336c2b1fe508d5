import { describe, expect, test } from "vitest";
import type { AccountType } from "@allfunds/platform";
import type { Account } from "../accounts/account-store.ts";
import { isBankAccount } from "../accounts/bank-account.ts";
import { readMovement } from "./movement.ts";
import type { TransactionEvent } from "./movement.ts";

const accounts = new Map<string, Account>(
  (
    [
      ["bank", "Bank EUR", "ASSET"],
      ["usd", "Cash USD", "ASSET"],
      ["deposit", "Term deposit", "ASSET"],
      ["holdings", "Investments at cost", "ASSET"],
      ["fees", "Management fees", "EXPENSE"],
      ["capital", "Unit capital", "EQUITY"],
    ] as const
  ).map(([accountId, name, type]) => [accountId, { accountId, name, type }]),
);

type Line = readonly [account: string, side: "DEBIT" | "CREDIT", amount: string, currency?: string];

const event = (...lines: Line[]): TransactionEvent => ({
  cursor: "1",
  tenantId: "t",
  fundId: "f",
  position: 3,
  recordedAt: "2026-01-01T00:00:00.000Z",
  type: "TransactionPosted",
  payload: {
    transactionId: "tx",
    fundId: "f",
    effectiveDate: "2026-01-01",
    description: "Text",
    reference: null,
    metadata: { counterparty: "Some Payee Ltd" },
    entries: lines.map(([accountId, side, amount, currency]) => ({
      accountId,
      side,
      amount,
      currency: currency ?? "EUR",
      balanceAfter: "0.00",
    })),
    source: { kind: "API" },
  },
});

describe("reading a posted transaction", () => {
  test.each([
    [
      "money out",
      event(["fees", "DEBIT", "10.50"], ["bank", "CREDIT", "10.50"]),
      { direction: "OUT", amountMinor: 1050n, otherAccountNames: ["Management fees"] },
    ],
    [
      "money in",
      event(["bank", "DEBIT", "99.00"], ["capital", "CREDIT", "99.00"]),
      { direction: "IN", amountMinor: 9900n },
    ],
    [
      "a purchase",
      event(["holdings", "DEBIT", "7.00"], ["bank", "CREDIT", "7.00"]),
      { direction: "OUT", amountMinor: 700n },
    ],
    [
      "net of a part that came back",
      event(["fees", "DEBIT", "8.00"], ["bank", "CREDIT", "10.00"], ["bank", "DEBIT", "2.00"]),
      { direction: "OUT", amountMinor: 800n },
    ],
    [
      "a move between own accounts",
      event(["deposit", "DEBIT", "5.00"], ["bank", "CREDIT", "5.00"]),
      { direction: "NONE", amountMinor: 500n, betweenOwnAccounts: "ONE_CURRENCY" },
    ],
    [
      "a conversion",
      event(["usd", "DEBIT", "5.40", "USD"], ["bank", "CREDIT", "5.00"]),
      {
        direction: "NONE",
        amountMinor: 540n,
        currency: "USD",
        betweenOwnAccounts: "TWO_CURRENCIES",
      },
    ],
    [
      "an accrual without cash",
      event(["fees", "DEBIT", "3.00"], ["capital", "CREDIT", "3.00"]),
      { direction: "NONE", amountMinor: 300n },
    ],
  ] as const)("%s", (_name, posted, expected) => {
    expect(readMovement(posted, accounts)).toMatchObject(expected);
  });

  test("takes the counterparty from the metadata when the source does not name it", () => {
    const posted = event(["fees", "DEBIT", "1.00"], ["bank", "CREDIT", "1.00"]);
    expect(readMovement(posted, accounts)).toMatchObject({
      counterparty: "Some Payee Ltd",
      counterpartyKey: "some payee",
    });
  });
});

test.each<[string, AccountType, boolean]>([
  ["Bank EUR", "ASSET", true],
  ["Petty cash", "ASSET", true],
  ["Girokonto", "ASSET", true],
  ["Dividends receivable", "ASSET", false],
  ["Investments at cost", "ASSET", false],
  ["Unrealised appreciation", "ASSET", false],
  ["Bank loan", "LIABILITY", false],
])("account %s of type %s holds money: %s", (name, type, holds) => {
  expect(isBankAccount({ name, type })).toBe(holds);
});
