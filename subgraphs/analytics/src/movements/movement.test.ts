import { describe, expect, test } from "vitest";
import type { Account } from "../accounts/account-store.ts";
import { bankAccountsOf, readMovement } from "./movement.ts";
import type { TransactionEvent } from "./movement.ts";

const accounts = new Map<string, Account>(
  (
    [
      ["bank", "Bank EUR", "ASSET", "1000"],
      ["usd", "Cash USD", "ASSET", "1010"],
      ["deposit", "Fixed deposit", "ASSET", "1020"],
      ["holdings", "Investments at cost", "ASSET", "1500"],
      ["open", "Unallocated payments", "ASSET", "1900"],
      ["fees", "Management fees", "EXPENSE", "5000"],
      ["capital", "Unit capital", "EQUITY", "3000"],
    ] as const
  ).map(([accountId, name, type, code]) => [
    accountId,
    { accountId, code, name, type, countsAsCash: null },
  ]),
);

type Line = readonly [account: string, side: "DEBIT" | "CREDIT", amount: string, currency?: string];

const exchange = (baseAmount: string, quoteAmount: string, ...lines: Line[]): TransactionEvent => {
  const posted = event(...lines);
  const fx = [{ base: "EUR", quote: "USD", rate: "1.08", scale: 2, baseAmount, quoteAmount }];
  return { ...posted, payload: { ...posted.payload, fx } };
};

const event = (...lines: Line[]): TransactionEvent => ({
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
      "a statement line against an asset that is no bank",
      event(["open", "DEBIT", "4.00"], ["bank", "CREDIT", "4.00"]),
      { direction: "OUT", amountMinor: 400n },
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
      "a conversion over accounts of exchange, which costs nothing",
      exchange(
        "5.00",
        "5.40",
        ["capital", "DEBIT", "5.00"],
        ["bank", "CREDIT", "5.00"],
        ["usd", "DEBIT", "5.40", "USD"],
        ["capital", "CREDIT", "5.40", "USD"],
      ),
      { direction: "NONE", lines: null, betweenOwnAccounts: "TWO_CURRENCIES" },
    ],
    [
      "a conversion with a fee, of which the fee was paid",
      exchange(
        "5.00",
        "5.40",
        ["fees", "DEBIT", "0.25"],
        ["bank", "CREDIT", "5.25"],
        ["usd", "DEBIT", "5.40", "USD"],
      ),
      {
        direction: "OUT",
        amountMinor: 25n,
        currency: "EUR",
        betweenOwnAccounts: "TWO_CURRENCIES",
        lines: [
          {
            line: 1,
            accountId: "fees",
            accountName: "Management fees",
            direction: "OUT",
            amountMinor: 25n,
            currency: "EUR",
          },
        ],
      },
    ],
    [
      "a conversion that also paid capital back, whose cost no expense explains",
      exchange(
        "5.00",
        "5.40",
        ["capital", "DEBIT", "2.00"],
        ["bank", "CREDIT", "7.00"],
        ["usd", "DEBIT", "5.40", "USD"],
      ),
      { direction: "OUT", amountMinor: 200n, lines: null },
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

const keyOf = (metadata: Record<string, unknown>, counterparty = "Some Payee Ltd"): string => {
  const posted = event(["fees", "DEBIT", "1.00"], ["bank", "CREDIT", "1.00"]);
  const payload = { ...posted.payload, metadata: { counterparty, ...metadata } };
  return readMovement({ ...posted, payload }, accounts).counterpartyKey;
};
describe("the identity of a payee", () => {
  const IBAN = "DE89 3704 0044 0532 0130 00";

  test("is the IBAN where the entry has one, however the name is spelled", () => {
    const key = keyOf({ counterpartyIban: IBAN });
    expect(keyOf({ counterpartyIban: "de89370400440532013000" }, "S. Payee")).toBe(key);
    expect(keyOf({ counterpartyIban: "FR1420041010050500013M02606" })).not.toBe(key);
  });

  test("is the id of the counterparty where there is no IBAN", () => {
    expect(keyOf({ counterpartyId: "C-1" }, "One")).toBe(keyOf({ counterpartyId: "C-1" }, "Two"));
  });

  test("is the normalised name when the IBAN is mistyped or there is none", () => {
    expect(keyOf({ counterpartyIban: "DE88 3704 0044 0532 0130 00" })).toBe(keyOf({}));
    expect(keyOf({}, "SOME  PAYEE, LTD.")).toBe(keyOf({}));
  });
});

type Listed = [code: string, name: string, type: Account["type"], countsAsCash?: boolean];

const named = (...lines: Listed[]): string[] => {
  const listed = lines.map(([code, name, type, countsAsCash = null]) => {
    return { accountId: name, code, name, type, countsAsCash };
  });
  return [...bankAccountsOf(listed)];
};

describe("the accounts of a transaction that hold money", () => {
  test("are found by their code, whatever their name", () => {
    expect(named(["1000", "Main", "ASSET"], ["1900", "Other assets", "ASSET"])).toEqual(["Main"]);
    expect(named(["BANK-EUR", "Main", "ASSET"], ["1000", "Loan", "LIABILITY"])).toEqual(["Main"]);
  });

  test.each([
    ["Girokonto", true],
    ["Petty cash", true],
    ["Dividends receivable", false],
    ["Investments at cost", false],
    ["Unallocated payments", false],
  ])("are found by their name when no code is one: %s %s", (name, holds) => {
    expect(named(["A7", name, "ASSET"]).length > 0).toBe(holds);
  });

  test.each([
    ["4711", "Main bank", "ASSET", true, true],
    ["2000", "Overdraft", "LIABILITY", true, true],
    ["1000", "Main", "ASSET", false, false],
    ["A7", "Girokonto", "ASSET", false, false],
  ] as const)("are those that are marked: %s %s %s %s", (code, name, type, mark, holds) => {
    expect(named([code, name, type, mark], ["4000", "Sales", "INCOME", false])).toEqual(
      holds ? [name] : [],
    );
  });

  test("are the marked one and none that is only named like money", () => {
    expect(named(["4711", "Main", "ASSET", true], ["A7", "Girokonto", "ASSET"])).toEqual(["Main"]);
  });
});
