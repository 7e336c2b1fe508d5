import { describe, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import { FUND_ID, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import { accountByCode } from "../accounts/account.ts";
import { administerCommands } from "../fund-terms/administered-fund.fixture.ts";
import type { RequestedEntry } from "../transactions/transaction.ts";
import { resultEntries } from "./year-result.ts";

const TO = "2026-12-31";

/** The fund of the worked example, with income and expenses of its own accounts as well. */
function administered(classes = 2): BookState {
  const state = sampleBook();
  for (const command of administerCommands(FUND_ID).slice(0, 1 + classes)) run(state, command);
  for (const [code, type, currency] of [
    ["4000", "INCOME", "EUR"],
    ["5010", "EXPENSE", "EUR"],
    ["4150-USD", "INCOME", "USD"],
  ] as const) {
    const accountId = `018f0000-0000-7000-8000-00000000${code.slice(0, 4)}`;
    run(state, {
      kind: "OpenAccount",
      fundId: FUND_ID,
      accountId,
      code,
      name: code,
      type,
      currency,
    });
  }
  return state;
}

const closing = (state: BookState, balances: readonly [string, "DEBIT" | "CREDIT", string][]) =>
  resultEntries(
    balances.map(([code, side, amount]): RequestedEntry => {
      const accountId = accountByCode(state, code)?.id ?? "";
      return { accountId, side, amount };
    }),
    state,
    TO,
  );

describe("the result of a year of an administered fund", () => {
  test("goes to 3900 by class, income and expenses apart", () => {
    const state = administered();
    const entries = closing(state, [
      ["4000", "DEBIT", "10.00"],
      ["4300-A", "DEBIT", "3.00"],
      ["4300-B", "DEBIT", "2.00"],
      ["5000-A", "CREDIT", "4.00"],
      ["5000-B", "CREDIT", "1.50"],
      ["5010", "CREDIT", "0.25"],
    ]);
    const accountId = accountByCode(state, "3900")?.id;
    expect(entries).toEqual([
      { accountId, side: "CREDIT", amount: "10.00" },
      { accountId, side: "CREDIT", amount: "3.00" },
      { accountId, side: "CREDIT", amount: "2.00" },
      { accountId, side: "DEBIT", amount: "4.00" },
      { accountId, side: "DEBIT", amount: "1.50" },
      { accountId, side: "DEBIT", amount: "0.25" },
    ]);
  });

  test("is a loss where income was negative, and nothing where it comes to nothing", () => {
    const state = administered();
    expect(closing(state, [["4000", "CREDIT", "1.00"]])).toMatchObject([{ side: "DEBIT" }]);
    expect(
      closing(state, [
        ["4300-A", "DEBIT", "1.00"],
        ["4300-A", "CREDIT", "1.00"],
      ]),
    ).toEqual([]);
  });

  test.each<[string, string, number, string]>([
    ["in a foreign currency, which no NAV counts", "4150-USD", 2, "NAV_CHECKS_OPEN"],
    ["before it has a share class", "4000", 0, "ACCOUNT_NOT_FOUND"],
  ])("is refused %s", (_, code, classes, expected) => {
    const state = administered(classes);
    expect(() => closing(state, [[code, "DEBIT", "1.00"]])).toThrow(
      expect.objectContaining({ code: expected }),
    );
  });
});
