import { describe, expect, test } from "vitest";
import {
  BANK,
  CAPITAL,
  FEES,
  FRESH,
  P1,
  P2,
  T2,
  T3,
  T4,
  foundIn,
  paidIn,
  reason,
  type Case,
} from "./offline-forged.fixture.ts";
import type { Leg, LogWriter } from "./offline-log.fixture.ts";

const source = { kind: "STATEMENT", importId: P1 };

/** Events 7 to 11: another account, and a statement whose line paid fees of 5.00. */
function imported(log: LogWriter): LogWriter {
  log.openAccount(FRESH, "EXPENSE");
  const of = { importId: P1, accountId: BANK };
  const file = { format: "CSV", iban: null, lines: 1, skipped: 0 };
  const repeated = { ...file, openingBalance: null, closingBalance: null };
  log.add("StatementReceived", {
    ...of,
    ...repeated,
    currency: "EUR",
    fileHash: "cd".repeat(32),
    from: "2026-06-30",
    to: "2026-06-30",
    breaks: [],
    reading: null,
    rules: [],
    receiptsAccountId: null,
    paymentsAccountId: null,
  });
  const dates = { effectiveDate: "2026-06-30", bookingDate: "2026-06-30" };
  const texts = { fileLine: 2, description: "A line", reference: null };
  const line = { ...dates, ...texts, amount: "-5.00", identity: P2, verdict: "NEW" };
  log.add("StatementLinesRead", {
    ...of,
    currency: "EUR",
    first: 1,
    lines: [{ ...line, transactionId: T2 }],
  });
  log.post(
    T2,
    [
      [BANK, "CREDIT", "5.00"],
      [FEES, "DEBIT", "5.00"],
    ],
    { description: "A line", source },
  );
  const posted = log.events.pop();
  if (posted === undefined) throw new Error("a line was posted");
  log.events.push({ ...posted, commandKey: P2, requestHash: "ab".repeat(32), commandEvents: 1 });
  const counted = { posted: 1, proposed: 0, duplicates: 0, possibleDuplicates: 0 };
  const importedAt = "2026-06-30T12:00:00.000Z";
  return log.add("StatementImported", {
    ...of,
    ...repeated,
    ...counted,
    currency: "EUR",
    importedAt,
  });
}

const moved = (to: string, from: string, amount = "5.00"): Leg[] => [
  [to, "DEBIT", amount],
  [from, "CREDIT", amount],
];

/** From fees onto another account and fees. */
const split = (fresh: string, fees: string): Leg[] => [
  [FRESH, "DEBIT", fresh],
  [FEES, "DEBIT", fees],
  [FEES, "CREDIT", "5.00"],
];

const move = (log: LogWriter, id: string, legs: readonly Leg[], more: object = {}): LogWriter =>
  log.post(id, legs, { source, metadata: { importId: P1, moves: T2 }, ...more });

/** Event 12: more than 4.00 needs another person. */
function limited(log: LogWriter): LogWriter {
  imported(log);
  log.actor = "boss";
  log.add("ApprovalLimitSet", { of: "FUND", currency: "EUR", amount: "4.00" });
  log.actor = "ann";
  return log;
}

const proposed = (log: LogWriter, to: string, from: string, more: object = {}): LogWriter =>
  log.propose(T3, moved(to, from), "4.00", {
    command: {
      kind: "MoveStatementLine",
      importId: P1,
      accountId: BANK,
      lineId: T2,
      to,
      from,
      metadata: { importId: P1, moves: T2 },
      ...more,
    },
  });

const proposedSplit = (log: LogWriter, fresh: string): LogWriter =>
  log.propose(T3, split("2.00", "3.00"), "4.00", {
    command: {
      kind: "SplitStatementLine",
      importId: P1,
      accountId: BANK,
      lineId: T2,
      from: [{ accountId: FEES, amount: "5.00" }],
      to: [
        { accountId: FRESH, amount: fresh },
        { accountId: FEES, amount: "3.00" },
      ],
      metadata: { importId: P1, moves: T2 },
    },
  });

const CASES: Case[] = [
  ["a line that is moved", "sound", (log) => move(imported(log), T3, moved(FRESH, FEES))],
  [
    "a line that is moved on from where it stands",
    "sound",
    (log) => move(move(imported(log), T3, moved(FRESH, FEES)), T4, moved(CAPITAL, FRESH)),
  ],
  [
    "a line that is moved again from where it stood",
    "IMPORT 13",
    (log) => move(move(imported(log), T3, moved(FRESH, FEES)), T4, moved(CAPITAL, FEES)),
  ],
  [
    "a part of a line that is moved",
    "IMPORT 12",
    (log) => move(imported(log), T3, moved(FRESH, FEES, "4.00")),
  ],
  [
    "a line that is moved the other way",
    "IMPORT 12",
    (log) => move(imported(log), T3, moved(FEES, FRESH)),
  ],
  [
    "a line that is moved onto the bank's account",
    "IMPORT 12",
    (log) => move(imported(log), T3, moved(BANK, FEES)),
  ],
  [
    "a line that is moved on another day",
    "IMPORT 12",
    (log) => move(imported(log), T3, moved(FRESH, FEES), { effectiveDate: "2026-06-29" }),
  ],
  [
    "a transaction of another source that is moved",
    "IMPORT 12",
    (log) =>
      move(imported(log), T3, moved(FRESH, FEES), { metadata: { importId: P1, moves: FRESH } }),
  ],
  [
    "a line that is split, and moved on from all of its accounts",
    "sound",
    (log) =>
      move(move(imported(log), T3, split("2.00", "3.00")), T4, [
        [CAPITAL, "DEBIT", "5.00"],
        [FRESH, "CREDIT", "2.00"],
        [FEES, "CREDIT", "3.00"],
      ]),
  ],
  [
    "a line that is split into more than it is",
    "ENTRIES 12",
    (log) => move(imported(log), T3, split("2.00", "4.00")),
  ],
  [
    "a line that was split, moved from one of its accounts alone",
    "IMPORT 13",
    (log) =>
      move(move(imported(log), T3, split("2.00", "3.00")), T4, moved(CAPITAL, FRESH, "2.00")),
  ],
  [
    "a line that was split, moved from other amounts than it stands in",
    "IMPORT 13",
    (log) =>
      move(move(imported(log), T3, split("2.00", "3.00")), T4, [
        [CAPITAL, "DEBIT", "5.00"],
        [FRESH, "CREDIT", "3.00"],
        [FEES, "CREDIT", "2.00"],
      ]),
  ],
  ["a split that waits for approval", "sound", (log) => proposedSplit(limited(log), "2.00")],
  [
    "a split that waits with other parts than its command",
    "APPROVAL 13",
    (log) => proposedSplit(limited(log), "1.00"),
  ],
  ["a move that waits for approval", "sound", (log) => proposed(limited(log), FRESH, FEES)],
  [
    "a move that was approved",
    "sound",
    (log) => {
      proposed(limited(log), FRESH, FEES);
      log.actor = "bob";
      log.keyed(() => {
        log.approve(T3);
        move(log, T3, moved(FRESH, FEES), { description: "A proposal" });
      });
    },
  ],
  [
    "a move above the limit without approval",
    "APPROVAL 13",
    (log) => move(limited(log), T3, moved(FRESH, FEES)),
  ],
  [
    "a move that waits, from where the line does not stand",
    "IMPORT 13",
    (log) => proposed(limited(log), FEES, FRESH),
  ],
  [
    "a move that waits with other entries than its command",
    "APPROVAL 13",
    (log) => proposed(limited(log), FRESH, FEES, { to: CAPITAL }),
  ],
  [
    "a line of a statement that was undone, moved",
    "IMPORT 14",
    (log) => {
      imported(log).add("StatementUndone", {
        importId: P1,
        accountId: BANK,
        reason,
        transactions: 1,
      });
      log.post(
        T3,
        [
          [BANK, "DEBIT", "5.00"],
          [FEES, "CREDIT", "5.00"],
        ],
        { source: { kind: "REVERSAL", reverses: T2 } },
      );
      move(log, T4, moved(FRESH, FEES));
    },
  ],
];

test.each(CASES)("%s: %s", (_what, found, write) => {
  expect(foundIn(write)).toBe(found);
});

const ofImports = (log: LogWriter): LogWriter =>
  log.add("ApprovalLimitSet", {
    of: "FUND",
    currency: "EUR",
    amount: "50.00",
    per: "IMPORT_DAY",
  });
const importedLine = (log: LogWriter, id: string, amount: string, countedFor?: string): LogWriter =>
  log.post(id, paidIn(amount), { source, ...(countedFor === undefined ? {} : { countedFor }) });
const takenOut = (log: LogWriter, id: string, amount: string): LogWriter => {
  const legs: Leg[] = [
    [BANK, "CREDIT", amount],
    [FEES, "DEBIT", amount],
  ];
  return log.post(id, legs, { source, countedFor: "ann" });
};

describe("what one person imports in a day", () => {
  test.each<Case>([
    ["the limit", "sound", (log) => importedLine(ofImports(log), T2, "50.00", "ann")],
    ["more", "APPROVAL 8", (log) => importedLine(ofImports(log), T2, "50.01", "ann")],
    [
      "more in two lines",
      "APPROVAL 9",
      (log) => importedLine(importedLine(ofImports(log), T2, "50.00", "ann"), T3, "0.01", "ann"),
    ],
    [
      "two lines of two people",
      "sound",
      (log) => importedLine(importedLine(ofImports(log), T2, "50.00", "ann"), T3, "50.00", "bob"),
    ],
    [
      "as much in as out",
      "sound",
      (log) => takenOut(importedLine(ofImports(log), T2, "50.00", "ann"), T3, "50.00"),
    ],
    ["a line that is not counted", "APPROVAL 8", (log) => importedLine(ofImports(log), T2, "1.00")],
    [
      "a line that counts without a limit",
      "APPROVAL 7",
      (log) => importedLine(log, T2, "1.00", "ann"),
    ],
  ])("%s: %s", (_what, found, write) => {
    expect(foundIn(write)).toBe(found);
  });
});
