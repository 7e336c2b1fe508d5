import { idOf, LogWriter, verify, type Leg } from "./offline-log.fixture.ts";

export const [BANK, CAPITAL, FEES, DOLLARS, FRESH] = [0xa1, 0xa2, 0xa3, 0xa4, 0xa5].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
];
export const [T1, T2, T3, T4] = [0x71, 0x72, 0x73, 0x74].map(idOf) as [
  string,
  string,
  string,
  string,
];
export const [H1, P1, P2] = [0xb1, 0xe1, 0xe2].map(idOf) as [string, string, string];
export const onBank = { accountId: BANK, currency: "EUR" };

export const paidIn = (amount: string): Leg[] => [
  [BANK, "DEBIT", amount],
  [CAPITAL, "CREDIT", amount],
];
export const paidOut = (amount: string): Leg[] => [
  [CAPITAL, "DEBIT", amount],
  [BANK, "CREDIT", amount],
];

/** Six events: a fund, four accounts, of which the bank may not fall below zero, and 100.00 paid in. */
export function base(): LogWriter {
  const log = new LogWriter().openFund().openAccount(BANK, "ASSET", { minimumBalance: "0.00" });
  log.openAccount(CAPITAL, "EQUITY").openAccount(FEES, "EXPENSE");
  return log.openAccount(DOLLARS, "ASSET", { currency: "USD" }).post(T1, paidIn("100.00"));
}

export const reason = "Decided";
export const hold = (amount: string, more: object = {}) => ({
  ...onBank,
  holdId: H1,
  amount,
  contraAccountId: null,
  description: "Reserved",
  reference: null,
  metadata: {},
  expiresAt: null,
  ...more,
});
export const capture = (transactionId: string, amount: string, remaining: string) => ({
  ...onBank,
  holdId: H1,
  transactionId,
  amount,
  remaining,
});
export const captured = { source: { kind: "CAPTURE", holdId: H1 } };
export const reversal = { source: { kind: "REVERSAL", reverses: T1 } };
export const limit = (log: LogWriter, amount: string | null, currency = "EUR") =>
  log.add("ApprovalLimitSet", { of: "FUND", currency, amount });

export type Write = (log: LogWriter) => unknown;
export type Case = readonly [what: string, found: string, write: Write];

/** What the verifier finds in a log that a case continues. */
export function foundIn(write: Write): string {
  const log = base();
  write(log);
  return verify(log.text);
}

/** Changes each entry of the posting at the end of the log. */
export function changeEntries(
  log: LogWriter,
  change: (entry: object, index: number) => object,
): void {
  const payload = log.events.pop()?.payload;
  const entries = payload?.["entries"];
  if (!Array.isArray(entries)) throw new Error("the log should end with a posting");
  log.add("TransactionPosted", { ...payload, entries: entries.map(change) });
}
