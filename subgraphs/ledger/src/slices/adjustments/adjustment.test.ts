import { accountOf } from "../accounts/account.ts";
import type { AppError } from "@allfunds/contract/errors";
import { describe, expect, test } from "vitest";
import type { BookEvent } from "../model.ts";
import type { BookState } from "../../engine/book-state.ts";
import { decide } from "../../engine/sample-book.fixture.ts";
import { evolve } from "../../engine/sample-book.fixture.ts";
import { ACCOUNTS, FUND_ID, NOW, posting, sampleBook } from "../../engine/sample-book.fixture.ts";
import type { AdjustBalance } from "./adjustment.ts";

const FRESH_CONTRA = "018f0000-0000-7000-8000-0000000000c1";

const adjustment = (balance: string, more: Partial<AdjustBalance> = {}): AdjustBalance => ({
  kind: "AdjustBalance",
  fundId: FUND_ID,
  accountId: ACCOUNTS.bank.id,
  balance,
  reason: "As the bank states",
  effectiveDate: "2026-06-30",
  expectedVersion: undefined,
  contra: {
    accountId: undefined,
    own: { freshId: FRESH_CONTRA, code: "ADJ-EUR", name: "Balance adjustments", type: "EQUITY" },
  },
  transactionId: "018f0000-0000-7000-8000-0000000000d1",
  ...more,
});

const accept = (command: AdjustBalance, state: BookState): readonly BookEvent[] => {
  const decision = decide(command, state, NOW);
  if (!decision.accepted) throw decision.refusal;
  for (const event of decision.events) evolve(state, event);
  return decision.events;
};

const refusal = (command: AdjustBalance): AppError | undefined => {
  const decision = decide(command, sampleBook(), NOW);
  return decision.accepted ? undefined : decision.refusal;
};

describe("adjusting a balance", () => {
  test("opens the contra account the first time and only then", () => {
    const state = sampleBook();
    expect(accept(adjustment("10.00"), state).map(({ type }) => type)).toEqual([
      "AccountOpened",
      "TransactionPosted",
    ]);
    const again = adjustment("12.00", { transactionId: "018f0000-0000-7000-8000-0000000000d2" });
    expect(accept(again, state).map(({ type }) => type)).toEqual(["TransactionPosted"]);
    expect(accountOf(state, FRESH_CONTRA)?.balanceMinor).toBe(1200n);
  });

  test.each(["250.10", "0", "-3.00", "0.01"])(
    "brings an account to %s whatever it had",
    (target) => {
      const state = sampleBook();
      const decision = decide(
        posting([
          ["bank", "DEBIT", "99.99"],
          ["capital", "CREDIT", "99.99"],
        ]),
        state,
        NOW,
      );
      for (const event of decision.accepted ? decision.events : []) evolve(state, event);
      accept(adjustment(target), state);
      expect(accountOf(state, ACCOUNTS.bank.id)?.balanceMinor).toBe(
        BigInt(Math.round(Number(target) * 100)),
      );
    },
  );

  test("grows a credit account by a credit", () => {
    const state = sampleBook();
    accept(adjustment("5.00", { accountId: ACCOUNTS.capital.id }), state);
    expect(accountOf(state, ACCOUNTS.capital.id)?.balanceMinor).toBe(500n);
  });

  test("does nothing when the balance is right", () => {
    expect(accept(adjustment("0.00"), sampleBook())).toEqual([]);
  });

  test.each<[string, string, Partial<AdjustBalance>]>([
    ["at another version", "VERSION_CONFLICT", { expectedVersion: 7 }],
    ["of an account that does not exist", "ACCOUNT_NOT_FOUND", { accountId: FRESH_CONTRA }],
    ["without a reason", "INVALID_INPUT", { reason: "" }],
    ["to no number", "INVALID_AMOUNT", { balance: "1e2" }],
    [
      "against itself",
      "INVALID_INPUT",
      { contra: { ...adjustment("1").contra, accountId: ACCOUNTS.bank.id } },
    ],
    [
      "against another currency",
      "CURRENCY_MISMATCH",
      { contra: { ...adjustment("1").contra, accountId: ACCOUNTS.dollars.id } },
    ],
    [
      "against an account whose code is taken by another kind",
      "ALREADY_EXISTS",
      {
        contra: { ...adjustment("1").contra, own: { ...adjustment("1").contra.own, code: "fees" } },
      },
    ],
  ])("%s is refused with %s", (_name, code, more) => {
    expect(refusal(adjustment("10.00", more))?.code).toBe(code);
  });

  test("at the expected version is accepted", () => {
    expect(refusal(adjustment("10.00", { expectedVersion: 1 }))).toBeUndefined();
  });
});
