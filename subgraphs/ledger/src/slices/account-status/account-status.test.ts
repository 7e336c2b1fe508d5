import { accountOf } from "../accounts/account.ts";
import { newId } from "@allfunds/platform/ids";
import { describe, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import { ACCOUNTS, FUND_ID, posting, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import type { AccountStatusCommand } from "./account-status.ts";

const change = (kind: AccountStatusCommand["kind"]): AccountStatusCommand => ({
  kind,
  fundId: FUND_ID,
  accountId: ACCOUNTS.bank.id,
  reason: "Under review",
});

const move = (side: "DEBIT" | "CREDIT") =>
  posting([
    ["bank", side, "10.00"],
    ["capital", side === "DEBIT" ? "CREDIT" : "DEBIT", "10.00"],
  ]);

const hold = () => ({
  kind: "PlaceHold" as const,
  fundId: FUND_ID,
  holdId: newId(),
  accountId: ACCOUNTS.bank.id,
  amount: "1.00",
  contraAccountId: null,
  description: "Hold",
  reference: null,
  metadata: {},
  expiresAt: null,
});

const status = (state: BookState) => accountOf(state, ACCOUNTS.bank.id)?.status;

describe("an account", () => {
  test("that is frozen takes no entries and holds until it is unfrozen", () => {
    const state = sampleBook();
    expect(run(state, change("FreezeAccount"))).toBe("ok");
    expect(run(state, change("FreezeAccount"))).toBe("ok");
    expect([run(state, move("DEBIT")), run(state, move("CREDIT")), run(state, hold())]).toEqual([
      "ACCOUNT_FROZEN",
      "ACCOUNT_FROZEN",
      "ACCOUNT_FROZEN",
    ]);
    expect(run(state, change("UnfreezeAccount"))).toBe("ok");
    expect(run(state, move("DEBIT"))).toBe("ok");
  });

  test("closes only when it is empty, and then for ever", () => {
    const state = sampleBook();
    run(state, move("DEBIT"));
    expect(run(state, change("CloseAccount"))).toBe("ACCOUNT_NOT_EMPTY");
    run(state, move("CREDIT"));
    expect(run(state, hold())).toBe("ok");
    expect(run(state, change("CloseAccount"))).toBe("ACCOUNT_NOT_EMPTY");
  });

  test("that is closed takes nothing and stays closed", () => {
    const state = sampleBook();
    expect(run(state, change("CloseAccount"))).toBe("ok");
    expect(run(state, change("CloseAccount"))).toBe("ok");
    expect([
      run(state, move("DEBIT")),
      run(state, hold()),
      run(state, change("UnfreezeAccount")),
      run(state, change("FreezeAccount")),
    ]).toEqual(["ACCOUNT_CLOSED", "ACCOUNT_CLOSED", "ACCOUNT_CLOSED", "ACCOUNT_CLOSED"]);
    expect(status(state)).toBe("CLOSED");
  });
});
