import { idOf, type LogWriter } from "./offline-log.fixture.ts";
import { BANK, CAPITAL, FEES, statement, transaction } from "./offline-sample-parts.fixture.ts";

const identity = (number: number): string => idOf(0x1e_00 + number);

/** A bank's file with a line of each fate, decided on, and taken back at the end: no balance is moved. */
export function importAndUndo(log: LogWriter): void {
  const of = { importId: statement(2), accountId: BANK };
  log.add("StatementReceived", { ...of, currency: "EUR", ...RECEIPT, ...REPEATED });
  log.add("StatementLinesRead", {
    ...of,
    currency: "EUR",
    first: 1,
    lines: [
      { ...LINE, identity: identity(1), verdict: "NEW", transactionId: transaction(40) },
      { ...CANDIDATE, identity: identity(2) },
      { ...CANDIDATE, identity: identity(3) },
    ],
  });
  postLine(log, 1, transaction(40));
  const first = { ...LINE, identity: identity(1), verdict: "DUPLICATE", transactionId: null };
  log.add("StatementLinesRead", { ...of, currency: "EUR", first: 4, lines: [first] });
  const counted = { posted: 1, proposed: 0, duplicates: 1, possibleDuplicates: 2 };
  const importedAt = "2026-06-30T12:00:00.000Z";
  log.add("StatementImported", { ...of, currency: "EUR", importedAt, ...REPEATED, ...counted });
  const confirmed = { identity: identity(2), transactionId: transaction(41), amount: "5.00" };
  const effectiveDate = "2026-06-30";
  log.add("StatementLineConfirmed", {
    ...of,
    currency: "EUR",
    line: 2,
    effectiveDate,
    ...confirmed,
  });
  postLine(log, 2, transaction(41));
  log.add("StatementLineRejected", { importId: statement(2), line: 3, reason: "The same" });
  matchAndUnmatch(log);
  setRules(log, 1, null);
  setRules(log, 2, FEES);
  log.add("StatementUndone", { ...of, reason: "Wrong file", transactions: 2 });
  reverse(log, 42, transaction(41));
  reverse(log, 43, transaction(40));
}

function setRules(log: LogWriter, version: number, paymentsAccountId: string | null): void {
  log.add("ImportRulesSet", {
    accountId: BANK,
    version,
    csv: { delimiter: ";" },
    rules: [{ contains: ["fee"], direction: "OUT", accountId: FEES }],
    receiptsAccountId: FEES,
    paymentsAccountId,
    note: "Seen",
  });
}

/** A line left out is what a posting recorded; then it is not, and what is known of both is noted. */
function matchAndUnmatch(log: LogWriter): void {
  const [paidIn, paidOut] = [transaction(44), transaction(45)];
  for (const [id, bank, capital] of [
    [paidIn, "DEBIT", "CREDIT"],
    [paidOut, "CREDIT", "DEBIT"],
  ] as const)
    log.post(id, [
      [BANK, bank, "5.00"],
      [CAPITAL, capital, "5.00"],
    ]);
  const line = { importId: statement(2), line: 3 };
  const match = { matchId: idOf(0x3a_01), accountId: BANK };
  const items = { lines: [line], transactionIds: [paidIn] };
  log.add("LinesMatched", { ...match, ...items, currency: "EUR", amount: "5.00", note: "Seen" });
  log.add("LinesUnmatched", { ...match, ...items, reason: "Not the same" });
  const known = { accountId: BANK, owner: "ann", explanation: "Seen", isClosed: true };
  log.add("ReconcilingItemUpdated", { ...known, ...line, transactionId: null });
  const ofBook = { importId: null, line: null, transactionId: paidIn };
  log.add("ReconcilingItemUpdated", { ...known, ...ofBook });
}

const REPEATED = {
  format: "CSV",
  iban: "DE02120300000000202051",
  lines: 4,
  skipped: 1,
  openingBalance: "100.00",
  closingBalance: "120.00",
};

const RECEIPT = {
  fileHash: "cd".repeat(32),
  from: "2026-06-29",
  to: "2026-06-30",
  breaks: [
    { kind: "SINCE_LAST_IMPORT", expected: "160.00", found: "100.00" },
    { kind: "BETWEEN_LINES", expected: "100.00", found: "90.00", line: 3 },
  ],
  reading: { delimiter: ";" },
  rules: [{ contains: ["fee"], direction: "OUT", accountId: FEES }],
  receiptsAccountId: FEES,
  paymentsAccountId: null,
};

const LINE = {
  fileLine: 2,
  effectiveDate: "2026-06-30",
  bookingDate: "2026-06-30",
  amount: "5.00",
  description: "A line",
  reference: "bank-1",
};

const CANDIDATE = {
  ...LINE,
  bookingDate: "2026-06-29",
  counterparty: "Bank",
  reversal: true,
  details: { purpose: "FEES" },
  verdict: "POSSIBLE_DUPLICATE",
  transactionId: null,
  earlierId: transaction(7),
};

/** As the command does whose key is the line's identity. */
function postLine(log: LogWriter, number: number, transactionId: string): void {
  log.post(
    transactionId,
    [
      [BANK, "DEBIT", "5.00"],
      [FEES, "CREDIT", "5.00"],
    ],
    { description: "A line", source: { kind: "STATEMENT", importId: statement(2) } },
  );
  const posted = log.events.pop();
  if (posted === undefined) throw new Error("a line was posted");
  const command = {
    commandKey: identity(number),
    requestHash: "ab".repeat(32),
    commandEvents: 1,
  };
  log.events.push({ ...posted, ...command });
}

function reverse(log: LogWriter, number: number, reverses: string): void {
  log.post(
    transaction(number),
    [
      [BANK, "CREDIT", "5.00"],
      [FEES, "DEBIT", "5.00"],
    ],
    { source: { kind: "REVERSAL", reverses } },
  );
}
