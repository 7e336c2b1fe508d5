import { AppError, type Violation } from "@allfunds/contract/errors";

/** A bank statement after parsing, whatever format it came in. */
export interface BankStatement {
  /** The bank's name for the account, when the format carries one. */
  readonly iban: string | undefined;
  readonly openingMinor: bigint | undefined;
  readonly closingMinor: bigint | undefined;
  /** Booked lines, oldest first. */
  readonly lines: readonly BankStatementLine[];
  /** Lines left out because the bank has not booked them or because they move nothing. */
  readonly skipped: number;
}

export interface BankStatementLine {
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
  /** Whatever else the bank sent. */
  readonly details: Readonly<Record<string, string>>;
}

const MAX_REPORTED = 50;

/** Collects the faults of a file, each with its line, so that the sender can mend them all at once. */
export class StatementFaults {
  readonly #violations: Violation[] = [];
  #count = 0;

  add(fileLine: number, message: string): void {
    this.#count += 1;
    if (this.#violations.length < MAX_REPORTED) {
      this.#violations.push({ path: `line ${fileLine}`, message });
    }
  }

  refuseIfAny(): void {
    const [first] = this.#violations;
    if (first === undefined) return;
    const others = this.#count === 1 ? "" : `, and ${this.#count - 1} more`;
    throw new AppError("STATEMENT_INVALID", `${first.path}: ${first.message}${others}`, {
      violations: this.#violations,
    });
  }
}

/** A statement that is wrong as a whole. */
export const invalidStatement = (message: string): AppError =>
  new AppError("STATEMENT_INVALID", message, { violations: [{ path: "content", message }] });

/** A text of the bank in the form the books accept: one line, single spaces, whole characters, bounded. */
export const cleanText = (text: string, maxChars: number): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, maxChars)
    .toWellFormed()
    .trim();
