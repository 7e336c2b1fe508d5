/** A bank statement after parsing, whatever format it came in. */
export interface Statement {
  /** The bank's name for the account, when the format carries one. */
  readonly iban: string | undefined;
  readonly openingMinor: bigint | undefined;
  readonly closingMinor: bigint | undefined;
  /** Booked lines, oldest first. */
  readonly lines: readonly StatementLine[];
  /** Lines left out because the bank has not booked them or because they move nothing. */
  readonly skipped: number;
}

export interface StatementLine {
  /** Line in the file, from 1. */
  readonly fileLine: number;
  /** Signed minor units as the bank sees it: positive came in. */
  readonly amountMinor: bigint;
  /** Value date, or the booking date where the bank gives no other. */
  readonly effectiveDate: string;
  readonly bookingDate: string;
  readonly description: string;
  /** The bank's own number of the booking. */
  readonly reference: string | null;
  readonly counterparty: string | undefined;
  /** Takes back an earlier booking, so it belongs on that booking's contra account. */
  readonly reversal: boolean;
  /** Whatever else the bank told. */
  readonly details: Readonly<Record<string, string>>;
}
