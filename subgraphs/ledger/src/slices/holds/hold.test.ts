import { accountOf } from "../accounts/account.ts";
import { newId } from "@allfunds/platform/ids";
import { describe, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import { decide } from "../../engine/sample-book.fixture.ts";
import {
  ACCOUNTS,
  FUND_ID,
  NOW,
  posting,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import type { CaptureHold } from "./hold.ts";
import type { PlaceHold } from "./hold.ts";
import type { VoidHold } from "./hold.ts";

const IN_AN_HOUR = new Date(NOW.getTime() + 3_600_000);
const HOLD_ID = "018f0000-0000-7000-8000-0000000000e1";

const place = (amount: string, more: Partial<PlaceHold> = {}): PlaceHold => ({
  kind: "PlaceHold",
  fundId: FUND_ID,
  holdId: HOLD_ID,
  accountId: ACCOUNTS.bank.id,
  amount,
  contraAccountId: ACCOUNTS.fees.id,
  description: "Card payment",
  reference: null,
  metadata: {},
  expiresAt: null,
  ...more,
});

const capture = (amount?: string, more: Partial<CaptureHold> = {}): CaptureHold => ({
  kind: "CaptureHold",
  fundId: FUND_ID,
  holdId: HOLD_ID,
  accountId: ACCOUNTS.bank.id,
  amount,
  contraAccountId: undefined,
  releaseRest: false,
  transactionId: newId(),
  effectiveDate: "2026-06-30",
  description: "Card payment",
  reference: null,
  metadata: {},
  ...more,
});

const voiding: VoidHold = {
  kind: "VoidHold",
  fundId: FUND_ID,
  holdId: HOLD_ID,
  accountId: ACCOUNTS.bank.id,
  reason: null,
};

const spend = (amount: string) =>
  posting([
    ["bank", "CREDIT", amount],
    ["fees", "DEBIT", amount],
  ]);

/** The bank account holds 100.00 and may not fall below zero. */
function bookWithHundred(): BookState {
  const state = sampleBook();
  const verdicts = [
    run(
      state,
      posting([
        ["bank", "DEBIT", "100.00"],
        ["capital", "CREDIT", "100.00"],
      ]),
    ),
    run(state, {
      kind: "SetAccountFloor",
      fundId: FUND_ID,
      accountId: ACCOUNTS.bank.id,
      minimumBalance: "0",
    }),
  ];
  expect(verdicts).toEqual(["ok", "ok"]);
  return state;
}

const bank = (state: BookState) => {
  const { balanceMinor, heldMinor } = accountOf(state, ACCOUNTS.bank.id) ?? {};
  return { balanceMinor, heldMinor };
};

describe("a hold", () => {
  test("counts against what can be spent and what can be held", () => {
    const state = bookWithHundred();
    expect(run(state, place("60.00"))).toBe("ok");
    expect(bank(state)).toEqual({ balanceMinor: 10_000n, heldMinor: 6_000n });
    expect(run(state, spend("40.01"))).toBe("INSUFFICIENT_FUNDS");
    expect(run(state, place("40.01", { holdId: newId() }))).toBe("INSUFFICIENT_FUNDS");
    expect(run(state, spend("40.00"))).toBe("ok");
  });

  test("of 1,000 is placed five times and not six on 5,000", () => {
    const state = bookWithHundred();
    const verdicts = Array.from({ length: 6 }, () =>
      run(state, place("20.00", { holdId: newId() })),
    );
    expect(verdicts).toEqual(["ok", "ok", "ok", "ok", "ok", "INSUFFICIENT_FUNDS"]);
  });

  test("is captured in parts up to what it reserves, each part a transaction", () => {
    const state = bookWithHundred();
    run(state, place("60.00"));
    expect(run(state, capture("25.00"))).toBe("ok");
    expect(bank(state)).toEqual({ balanceMinor: 7_500n, heldMinor: 3_500n });
    expect(run(state, capture("35.01"))).toBe("HOLD_EXCEEDED");
    expect(run(state, capture())).toBe("ok");
    expect(bank(state)).toEqual({ balanceMinor: 4_000n, heldMinor: 0n });
    expect(accountOf(state, ACCOUNTS.fees.id)?.balanceMinor).toBe(6_000n);
    expect(run(state, capture("0.01"))).not.toBe("ok");
    expect(run(state, voiding)).not.toBe("ok");
  });

  test("releases the rest with a capture when the command has releaseRest", () => {
    const state = bookWithHundred();
    run(state, place("60.00"));
    const decision = decide(capture("25.00", { releaseRest: true }), state, NOW);
    expect(decision.accepted && decision.events.map(({ type }) => type)).toEqual([
      "HoldCaptured",
      "TransactionPosted",
      "HoldVoided",
    ]);
    run(state, capture("25.00", { releaseRest: true }));
    expect(bank(state)).toEqual({ balanceMinor: 7_500n, heldMinor: 0n });
  });

  test("that is voided reserves nothing, and stays voided", () => {
    const state = bookWithHundred();
    run(state, place("60.00"));
    const draft = state.fork();
    expect(run(draft, voiding)).toBe("ok");
    expect(bank(draft)).toEqual({ balanceMinor: 10_000n, heldMinor: 0n });
    expect(run(draft, voiding)).toBe("HOLD_NOT_ACTIVE");
    expect(run(draft, capture())).toBe("HOLD_NOT_ACTIVE");
    expect(bank(state).heldMinor).toBe(6_000n);
  });

  test("expires by the command's time alone, and the expiry is recorded before the command", () => {
    const state = bookWithHundred();
    run(state, place("60.00", { expiresAt: IN_AN_HOUR }));
    const justBefore = new Date(IN_AN_HOUR.getTime() - 1);
    expect(run(state.fork(), spend("50.00"), justBefore)).toBe("INSUFFICIENT_FUNDS");
    const decision = decide(spend("50.00"), state, IN_AN_HOUR);
    expect(decision.accepted && decision.events).toMatchObject([
      { type: "HoldExpired", holdId: HOLD_ID, releasedMinor: 6_000n },
      { type: "TransactionPosted" },
    ]);
    expect(run(state.fork(), capture("1.00"), IN_AN_HOUR)).toBe("HOLD_NOT_ACTIVE");
    expect(run(state, { kind: "ExpireHolds", fundId: FUND_ID }, IN_AN_HOUR)).toBe("ok");
    expect(bank(state)).toEqual({ balanceMinor: 10_000n, heldMinor: 0n });
  });

  test("that no longer fits under a refused command stays as it was", () => {
    const state = bookWithHundred();
    run(state, place("60.00", { expiresAt: IN_AN_HOUR }));
    expect(run(state, spend("100.01"), IN_AN_HOUR)).toBe("INSUFFICIENT_FUNDS");
    expect(bank(state).heldMinor).toBe(6_000n);
  });

  test.each<[string, string, Partial<PlaceHold>]>([
    ["nothing", "INVALID_INPUT", { amount: "0" }],
    ["less than nothing", "INVALID_INPUT", { amount: "-1.00" }],
    ["half a cent", "INVALID_AMOUNT", { amount: "0.005" }],
    ["an unknown account", "ACCOUNT_NOT_FOUND", { accountId: newId() }],
    ["an unknown contra account", "ACCOUNT_NOT_FOUND", { contraAccountId: newId() }],
    ["itself as the other side", "INVALID_INPUT", { contraAccountId: ACCOUNTS.bank.id }],
    ["another currency", "CURRENCY_MISMATCH", { contraAccountId: ACCOUNTS.dollars.id }],
    ["an expiry that has passed", "INVALID_INPUT", { expiresAt: NOW }],
    ["no description", "INVALID_INPUT", { description: "" }],
  ])("of %s: %s", (_name, expected, more) => {
    expect(run(bookWithHundred(), place("10.00", more))).toBe(expected);
  });

  test("that names no other side needs one when it is captured", () => {
    const state = bookWithHundred();
    run(state, place("60.00", { contraAccountId: null }));
    expect(run(state, capture())).toBe("INVALID_INPUT");
    expect(run(state, capture(undefined, { contraAccountId: ACCOUNTS.fees.id }))).toBe("ok");
  });
});
