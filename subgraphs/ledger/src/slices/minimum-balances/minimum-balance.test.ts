import { describe, expect, test } from "vitest";
import type { BookCommand } from "../model.ts";
import type { BookState } from "../../engine/book-state.ts";
import {
  ACCOUNTS,
  FUND_ID,
  posting,
  run,
  sampleBook,
  type Leg,
} from "../../engine/sample-book.fixture.ts";
import type { OpenAccount } from "../accounts/account-slice.ts";

const setMinimum = (minimumBalance: string | null): BookCommand => ({
  kind: "SetAccountFloor",
  fundId: FUND_ID,
  accountId: ACCOUNTS.bank.id,
  minimumBalance,
});

const open = (minimumBalance: string): OpenAccount => ({
  kind: "OpenAccount",
  fundId: FUND_ID,
  accountId: "018f0000-0000-7000-8000-0000000000b1",
  code: "NEW",
  name: "New",
  type: "ASSET",
  currency: undefined,
  minimumBalance,
});

const payOut = (amount: string): readonly Leg[] => [
  ["bank", "CREDIT", amount],
  ["capital", "DEBIT", amount],
];
const payIn = (amount: string): readonly Leg[] => [
  ["bank", "DEBIT", amount],
  ["capital", "CREDIT", amount],
];

function bookWith(balance: string, minimum: string | null): BookState {
  const state = sampleBook();
  run(state, posting(payIn(balance)));
  expect(run(state, setMinimum(minimum))).toBe("ok");
  return state;
}

describe("a minimum balance", () => {
  test.each<[string, string | null, readonly Leg[], string]>([
    ["100.00", null, payOut("1000.00"), "ok"],
    ["100.00", "0", payOut("100.00"), "ok"],
    ["100.00", "0", payOut("100.01"), "INSUFFICIENT_FUNDS"],
    ["100.00", "-50.00", payOut("150.00"), "ok"],
    ["100.00", "-50.00", payOut("150.01"), "INSUFFICIENT_FUNDS"],
    ["100.00", "99.99", payOut("0.02"), "INSUFFICIENT_FUNDS"],
    ["100.00", "0", [...payOut("500.00"), ...payIn("400.00")], "ok"],
    ["100.00", "0", [...payIn("400.00"), ...payOut("500.01")], "INSUFFICIENT_FUNDS"],
  ])("with %s and a minimum of %s, %j: %s", (balance, minimum, legs, expected) => {
    expect(run(bookWith(balance, minimum), posting(legs))).toBe(expected);
  });

  test("cannot be set above what is there, and can be lifted", () => {
    const state = bookWith("100.00", "0");
    expect(run(state, setMinimum("100.01"))).toBe("INSUFFICIENT_FUNDS");
    expect(run(state, setMinimum("100.00"))).toBe("ok");
    expect(run(state, posting(payOut("0.01")))).toBe("INSUFFICIENT_FUNDS");
    expect(run(state, setMinimum(null))).toBe("ok");
    expect(run(state, posting(payOut("200.00")))).toBe("ok");
    expect(run(state, setMinimum("1.005"))).toBe("INVALID_AMOUNT");
  });

  test("stands on the normal side: a liability falls by debits", () => {
    const state = sampleBook();
    const minimum = { ...setMinimum("0"), accountId: ACCOUNTS.capital.id } as BookCommand;
    expect(run(state, posting(payIn("10.00")))).toBe("ok");
    expect(run(state, minimum)).toBe("ok");
    expect(run(state, posting(payOut("10.01")))).toBe("INSUFFICIENT_FUNDS");
    expect(run(state, posting(payOut("10.00")))).toBe("ok");
  });

  test("of a new account is zero or below", () => {
    expect(run(sampleBook(), open("0.01"))).toBe("INVALID_INPUT");
    expect(run(sampleBook(), open("-1000"))).toBe("ok");
  });
});
