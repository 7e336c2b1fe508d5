import { describe, expect, test } from "vitest";
import {
  BANK,
  CAPITAL,
  FEES,
  DOLLARS,
  FRESH,
  T1,
  T2,
  T3,
  T4,
  P1,
  paidIn,
  paidOut,
  reason,
  reversal,
  changeEntries,
  foundIn,
  type Case,
} from "./offline-forged.fixture.ts";
import type { LogWriter } from "./offline-log.fixture.ts";

const TRANSACTIONS: Case[] = [
  [
    "entries that do not balance",
    "ENTRIES 7",
    (log) =>
      log.post(T2, [
        [BANK, "DEBIT", "1.00"],
        [CAPITAL, "CREDIT", "1.01"],
      ]),
  ],
  [
    "entries that balance only across currencies",
    "ENTRIES 7",
    (log) =>
      log.post(T2, [
        [DOLLARS, "DEBIT", "1.00"],
        [CAPITAL, "CREDIT", "1.00"],
      ]),
  ],
  ["one entry", "FORM 7", (log) => log.post(T2, [[BANK, "DEBIT", "0.00"]])],
  ["an entry of nothing", "ENTRIES 7", (log) => log.post(T2, paidIn("0.00"))],
  ["a transaction posted twice", "TRANSACTION 7", (log) => log.post(T1, paidIn("1.00"))],
  [
    "a reference of a client used twice",
    "TRANSACTION 8",
    (log) =>
      log.post(T2, paidIn("1.00"), { reference: "r" }).post(T3, paidIn("1.00"), { reference: "r" }),
  ],
  [
    "a reference that a bank repeats",
    "sound",
    (log) => {
      const line = { reference: "r", source: { kind: "STATEMENT", importId: P1 } };
      log.post(T2, paidIn("1.00"), { reference: "r" });
      log.post(T3, paidIn("1.00"), line).post(T4, paidIn("1.00"), line);
    },
  ],
  [
    "a day that does not exist",
    "FORM 7",
    (log) => log.post(T2, paidIn("1.00"), { effectiveDate: "2026-02-29" }),
  ],
  ["an amount with too many decimals", "ENTRIES 7", (log) => log.post(T2, paidIn("1.000"))],
  [
    "an event that was recorded before the one before it",
    "TIME 7",
    (log) =>
      log.add(
        "AccountFrozen",
        { accountId: FEES, reason },
        { recordedAt: "2026-06-30T11:59:59.999Z" },
      ),
  ],
  ["an unknown type of event", "UNKNOWN 7", (log) => log.add("FundMerged", {})],
  ["a second fund", "FORM 7", (log) => log.openFund()],
  [
    "an event of another fund",
    "FORM 7",
    (log) => log.add("AccountFrozen", { accountId: FEES, reason, fundId: FRESH }),
  ],
  [
    "a rate that the amounts do not agree with",
    "RATE 8",
    (log) => exchange(log, { rate: "1.13", scale: 2 }),
  ],
  ["a rate within rounding", "sound", (log) => exchange(log, { rate: "1.1001", scale: 4 })],
  ["a rate of another scale", "RATE 8", (log) => exchange(log, { rate: "1.10", scale: 3 })],
  [
    "a running balance that does not follow",
    "ENTRIES 7",
    (log) => {
      log.post(T2, paidIn("1.00"));
      changeEntries(log, (entry, index) =>
        index === 0 ? { ...entry, balanceAfter: "101.01" } : entry,
      );
    },
  ],
  [
    "an adjustment with metadata",
    "ENTRIES 7",
    (log) =>
      log.post(T2, paidIn("1.00"), { source: { kind: "ADJUSTMENT" }, metadata: { note: "x" } }),
  ],
  [
    "an adjustment on one account",
    "ENTRIES 7",
    (log) =>
      log.post(
        T2,
        [
          [BANK, "DEBIT", "1.00"],
          [BANK, "CREDIT", "1.00"],
        ],
        { source: { kind: "ADJUSTMENT" } },
      ),
  ],
  [
    "an exchange of a currency with itself",
    "RATE 8",
    (log) => exchange(log, { rate: "1.00", scale: 2, quote: "EUR", quoteAmount: "1.00" }),
  ],
  [
    "an exchange of more than the entries move",
    "RATE 8",
    (log) => exchange(log, { rate: "1.10", scale: 2, baseAmount: "2.00", quoteAmount: "2.20" }),
  ],
  [
    "an exchange that a reversal states",
    "RATE 7",
    (log) => {
      const fx = [
        {
          base: "EUR",
          quote: "USD",
          rate: "1.1",
          scale: 1,
          baseAmount: "1.00",
          quoteAmount: "1.10",
        },
      ];
      log.post(T2, paidOut("1.00"), { ...reversal, fx });
    },
  ],
  [
    "an event without its time",
    "FORM 7",
    (log) =>
      log.add(
        "AccountFrozen",
        { accountId: FEES, reason: "Decided" },
        { recordedAt: "2026-06-30" },
      ),
  ],
  [
    "a statement imported twice",
    "IMPORT 8",
    (log) => log.add("StatementImported", imported({})).add("StatementImported", imported({})),
  ],
  [
    "a statement with a line that became nothing",
    "IMPORT 7",
    (log) => log.add("StatementImported", imported({ lines: 5 })),
  ],
  [
    "a balance of a statement with too few decimals",
    "FORM 7",
    (log) => log.add("StatementImported", imported({ closingBalance: "1.5" })),
  ],
  [
    "a rate of another scale that its amounts agree with",
    "RATE 8",
    (log) => exchange(log, { rate: "1.1", scale: 2 }),
  ],
];

function imported(more: object) {
  const counts = {
    lines: 4,
    posted: 1,
    proposed: 1,
    duplicates: 1,
    possibleDuplicates: 1,
    skipped: 0,
  };
  const balances = { openingBalance: null, closingBalance: null };
  const file = {
    currency: "EUR",
    format: "CSV",
    iban: null,
    importedAt: "2026-06-30T12:00:00.000Z",
  };
  return { importId: P1, accountId: BANK, ...file, ...counts, ...balances, ...more };
}

function exchange(log: LogWriter, rate: object): void {
  log.openAccount(FRESH, "EQUITY", { currency: "USD" });
  const fx = [{ base: "EUR", quote: "USD", baseAmount: "1.00", quoteAmount: "1.10", ...rate }];
  log.post(T2, [...paidOut("1.00"), [DOLLARS, "DEBIT", "1.10"], [FRESH, "CREDIT", "1.10"]], { fx });
}

const REVERSALS: Case[] = [
  [
    "a reversal in parts up to the whole",
    "sound",
    (log) => log.post(T2, paidOut("40.00"), reversal).post(T3, paidOut("60.00"), reversal),
  ],
  [
    "a transaction reversed twice",
    "REVERSAL 9",
    (log) => {
      log.post(T2, paidIn("50.00")).post(T3, paidOut("100.00"), reversal);
      log.post(T4, paidOut("0.01"), reversal);
    },
  ],
  ["a reversal on the same side", "REVERSAL 7", (log) => log.post(T2, paidIn("1.00"), reversal)],
  [
    "a reversal of what was never posted",
    "REVERSAL 7",
    (log) => log.post(T2, paidOut("1.00"), { source: { kind: "REVERSAL", reverses: T4 } }),
  ],
  [
    "a reversal of a reversal",
    "REVERSAL 8",
    (log) => {
      log.post(T2, paidOut("1.00"), reversal);
      log.post(T3, paidIn("1.00"), { source: { kind: "REVERSAL", reverses: T2 } });
    },
  ],
];

describe.each([
  ["transactions", TRANSACTIONS],
  ["reversals", REVERSALS],
])("forged %s", (_of, cases) => {
  test.each(cases)("%s: %s", (_what, found, write) => {
    expect(foundIn(write)).toBe(found);
  });
});
