import { describe, expect, test } from "vitest";
import {
  BANK,
  CAPITAL,
  FEES,
  FRESH,
  T2,
  P1,
  P2,
  onBank,
  paidIn,
  paidOut,
  reason,
  hold,
  changeEntries,
  foundIn,
  type Case,
} from "./offline-forged.fixture.ts";
import type { Leg } from "./offline-log.fixture.ts";

/** What keeps to the rule by a hair stands beside what breaks it. */
const ACCOUNTS: Case[] = [
  ["a posting that leaves exactly the minimum", "sound", (log) => log.post(T2, paidOut("100.00"))],
  ["an overdraft", "BALANCE 7", (log) => log.post(T2, paidOut("100.01"))],
  [
    "an overdraft that the same posting makes good",
    "sound",
    (log) => log.post(T2, [...paidOut("150.00"), ...paidIn("50.00")]),
  ],
  [
    "a posting that takes what is held",
    "BALANCE 8",
    (log) => log.add("HoldPlaced", hold("60.00")).post(T2, paidOut("40.01")),
  ],
  [
    "a minimum balance above what is available",
    "BALANCE 7",
    (log) => log.add("AccountFloorSet", { ...onBank, minimumBalance: "100.01" }),
  ],
  [
    "a minimum balance of a new account above zero",
    "ACCOUNT 7",
    (log) => log.openAccount(FRESH, "ASSET", { minimumBalance: "0.01" }),
  ],
  ["an account opened twice", "ACCOUNT 7", (log) => log.openAccount(FEES, "EXPENSE")],
  [
    "a code used twice",
    "ACCOUNT 7",
    (log) => log.openAccount(FRESH, "ASSET", { code: `code-${FEES}` }),
  ],
  ["an account that was never opened", "ACCOUNT 7", (log) => log.post(T2, swapped(FRESH))],
  [
    "a posting on a frozen account",
    "ACCOUNT 8",
    (log) => log.add("AccountFrozen", { accountId: FEES, reason }).post(T2, swapped(FEES)),
  ],
  [
    "a posting on an account frozen and unfrozen",
    "sound",
    (log) => {
      log.add("AccountFrozen", { accountId: FEES, reason });
      log.add("AccountUnfrozen", { accountId: FEES, reason }).post(T2, swapped(FEES));
    },
  ],
  [
    "a posting on a closed account",
    "ACCOUNT 8",
    (log) => log.add("AccountClosed", { accountId: FEES, reason }).post(T2, swapped(FEES)),
  ],
  [
    "an account closed with a balance",
    "ACCOUNT 7",
    (log) => log.add("AccountClosed", { accountId: BANK, reason }),
  ],
  [
    "an account opened again by unfreezing",
    "ACCOUNT 8",
    (log) => {
      log.add("AccountClosed", { accountId: FEES, reason });
      log.add("AccountUnfrozen", { accountId: FEES, reason });
    },
  ],
  [
    "an account above itself",
    "ACCOUNT 8",
    (log) => {
      log.add("AccountRenamed", renamed(FEES, BANK)).add("AccountRenamed", renamed(BANK, FEES));
    },
  ],
  [
    "an account opened twice under another code",
    "ACCOUNT 7",
    (log) => log.openAccount(FEES, "EXPENSE", { code: "other" }),
  ],
  [
    "an entry in another currency than its account",
    "ACCOUNT 7",
    (log) => {
      log.post(T2, paidIn("1.00"));
      changeEntries(log, (entry) => ({ ...entry, currency: "USD" }));
    },
  ],
  [
    "a minimum balance of a closed account",
    "ACCOUNT 8",
    (log) => {
      log.add("AccountClosed", { accountId: FEES, reason });
      log.add("AccountFloorSet", { accountId: FEES, currency: "EUR", minimumBalance: "-1.00" });
    },
  ],
  [
    "a minimum balance that was there before",
    "ACCOUNT 7",
    (log) => log.add("AccountFloorSet", { ...onBank, minimumBalance: "0.00" }),
  ],
  [
    "an account closed twice",
    "ACCOUNT 8",
    (log) => {
      log
        .add("AccountClosed", { accountId: FEES, reason })
        .add("AccountClosed", { accountId: FEES, reason });
    },
  ],
];

function swapped(accountId: string): Leg[] {
  return [
    [accountId, "DEBIT", "1.00"],
    [CAPITAL, "CREDIT", "1.00"],
  ];
}

const renamed = (accountId: string, parentId: string) => ({
  accountId,
  parentId,
  name: "Renamed",
  metadata: {},
  countsAsCash: true,
});

const PERIODS: Case[] = [
  [
    "a posting into a closed period",
    "PERIOD 8",
    (log) => {
      log.add("PeriodClosed", { periodId: P1, from: null, to: "2026-03-31" });
      log.post(T2, paidIn("1.00"), { effectiveDate: "2026-03-31" });
    },
  ],
  [
    "a posting on the day after a closed period",
    "sound",
    (log) => {
      log.add("PeriodClosed", { periodId: P1, from: null, to: "2026-03-31" });
      log.post(T2, paidIn("1.00"), { effectiveDate: "2026-04-01" });
    },
  ],
  [
    "closed periods that overlap",
    "PERIOD 8",
    (log) => {
      log.add("PeriodClosed", { periodId: P1, from: null, to: "2026-03-31" });
      log.add("PeriodClosed", { periodId: P2, from: "2026-03-31", to: "2026-04-30" });
    },
  ],
  [
    "a period reopened that is not closed",
    "PERIOD 7",
    (log) => log.add("PeriodReopened", { periodId: P1, reason }),
  ],
  [
    "a period that ends before it begins",
    "PERIOD 7",
    (log) => log.add("PeriodClosed", { periodId: P1, from: "2026-02-02", to: "2026-02-01" }),
  ],
  [
    "a period from the beginning over one that is closed",
    "PERIOD 8",
    (log) => {
      log.add("PeriodClosed", { periodId: P1, from: "2026-04-01", to: "2026-04-30" });
      log.add("PeriodClosed", { periodId: P2, from: null, to: "2026-04-01" });
    },
  ],
];

describe.each([
  ["accounts", ACCOUNTS],
  ["periods", PERIODS],
])("forged %s", (_of, cases) => {
  test.each(cases)("%s: %s", (_what, found, write) => {
    expect(foundIn(write)).toBe(found);
  });
});
