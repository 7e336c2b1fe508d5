import { accountOf } from "../accounts/account.ts";
import { newId } from "@allfunds/platform/ids";
import { describe, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import {
  ACCOUNTS,
  FUND_ID,
  NOW,
  posting,
  run,
  sampleBook,
  type Leg,
} from "../../engine/sample-book.fixture.ts";
import { decide } from "../../engine/sample-book.fixture.ts";

import { legsOf, ORIGINAL as ORIGINALS, type ReverseTransaction } from "./reversal.ts";

const ORIGINAL = "018f0000-0000-7000-8000-0000000000d1";

const PAID_IN: readonly Leg[] = [
  ["bank", "DEBIT", "100.00"],
  ["capital", "CREDIT", "100.00"],
];
const WITH_FEE: readonly Leg[] = [
  ["bank", "DEBIT", "97.00"],
  ["fees", "DEBIT", "3.00"],
  ["capital", "CREDIT", "100.00"],
];

/** A book in which these legs were posted; the transaction is loaded as a command would have it. */
function bookWith(legs: readonly Leg[]): BookState {
  const state = sampleBook();
  const decision = decide(posting(legs, { transactionId: ORIGINAL }), state, NOW);
  expect(run(state, posting(legs, { transactionId: ORIGINAL }))).toBe("ok");
  const [event] = decision.accepted ? decision.events : [];
  if (event?.type !== "TransactionPosted") throw new Error("nothing was posted");
  state.put(ORIGINALS, ORIGINAL, {
    isReversal: false,
    legs: legsOf(event.entries),
    parts: event.entries,
  });
  return state;
}

const reversal = (more: Partial<ReverseTransaction> = {}): ReverseTransaction => ({
  kind: "ReverseTransaction",
  fundId: FUND_ID,
  reverses: ORIGINAL,
  transactionId: newId(),
  amount: undefined,
  entries: undefined,
  effectiveDate: "2026-07-01",
  description: "Reversal",
  reference: null,
  metadata: {},
  ...more,
});

const entries = (legs: readonly Leg[]) => posting(legs).entries;
const balances = (state: BookState) =>
  [ACCOUNTS.bank, ACCOUNTS.fees, ACCOUNTS.capital].map(
    ({ id }) => accountOf(state, id)?.balanceMinor,
  );

describe("a reversal", () => {
  test("takes the whole back, once", () => {
    const state = bookWith(WITH_FEE);
    expect(run(state, reversal())).toBe("ok");
    expect(balances(state)).toEqual([0n, 0n, 0n]);
    expect(run(state, reversal())).toBe("ALREADY_REVERSED");
  });

  test("takes parts back up to the whole and no more, the rest at last", () => {
    const state = bookWith(PAID_IN);
    expect(run(state, reversal({ amount: "30.00" }))).toBe("ok");
    expect(run(state, reversal({ amount: "70.01" }))).toBe("REVERSAL_EXCEEDED");
    expect(run(state, reversal())).toBe("ok");
    expect(balances(state)).toEqual([0n, 0n, 0n]);
    expect(run(state, reversal({ amount: "0.01" }))).toBe("ALREADY_REVERSED");
  });

  test("of many entries takes parts back by entries, each bounded by its own", () => {
    const state = bookWith(WITH_FEE);
    const part = entries([
      ["fees", "CREDIT", "2.00"],
      ["capital", "DEBIT", "2.00"],
    ]);
    expect(run(state, reversal({ entries: part }))).toBe("ok");
    expect(run(state, reversal({ entries: part }))).toBe("REVERSAL_EXCEEDED");
    expect(run(state, reversal({ amount: "1.00" }))).toBe("INVALID_INPUT");
    expect(run(state, reversal())).toBe("ok");
    expect(balances(state)).toEqual([0n, 0n, 0n]);
  });

  test.each<[string, readonly Leg[], string]>([
    [
      "an account that was not in it",
      [
        ["yen", "CREDIT", "1"],
        ["yen", "DEBIT", "1"],
      ],
      "REVERSAL_EXCEEDED",
    ],
    ["the original's own sides", PAID_IN, "REVERSAL_EXCEEDED"],
    [
      "entries that do not balance",
      [
        ["bank", "CREDIT", "1.00"],
        ["capital", "DEBIT", "2.00"],
      ],
      "LEDGER_UNBALANCED",
    ],
    [
      "one account twice beyond what is left",
      [
        ["bank", "CREDIT", "60.00"],
        ["bank", "CREDIT", "60.00"],
        ["capital", "DEBIT", "120.00"],
      ],
      "REVERSAL_EXCEEDED",
    ],
  ])("by %s is refused", (_name, legs, expected) => {
    expect(run(bookWith(PAID_IN), reversal({ entries: entries(legs) }))).toBe(expected);
  });

  test("cannot itself be reversed, nor can what is not there", () => {
    const state = bookWith(PAID_IN);
    state.put(ORIGINALS, "r", { isReversal: true, legs: [], parts: [] });
    expect(run(state, reversal({ reverses: "r" }))).toBe("INVALID_INPUT");
    expect(run(state, reversal({ reverses: newId() }))).toBe("TRANSACTION_NOT_FOUND");
  });

  test("respects the minimum balances of the accounts it takes from", () => {
    const state = bookWith(PAID_IN);
    const spent = posting([
      ["bank", "CREDIT", "50.00"],
      ["fees", "DEBIT", "50.00"],
    ]);
    expect(run(state, spent)).toBe("ok");
    expect(
      run(state, {
        kind: "SetAccountFloor",
        fundId: FUND_ID,
        accountId: ACCOUNTS.bank.id,
        minimumBalance: "0",
      }),
    ).toBe("ok");
    expect(run(state, reversal())).toBe("INSUFFICIENT_FUNDS");
    expect(run(state, reversal({ amount: "50.00" }))).toBe("ok");
  });
});
