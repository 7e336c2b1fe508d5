import type { DecimalSeparator } from "./bank-amount.ts";
import type { Minus } from "./csv-votes.ts";

/** The roles that a mapping names a column for: by its name, or by its place as `#1`. */
export const MAPPED_ROLES = [
  "date",
  "valueDate",
  "description",
  "amount",
  "debit",
  "credit",
  "fee",
  "direction",
  "status",
  "reference",
  "counterparty",
  "counterpartyIban",
  "currency",
  "balance",
] as const;
export type MappedRole = (typeof MAPPED_ROLES)[number];
export type MappedColumns = Partial<Record<MappedRole, string | undefined>>;

/** How a table is to be read; what is absent is found in the file. */
export interface CsvMapping extends MappedColumns {
  readonly delimiter?: string | undefined;
  /** Of a workbook with several sheets, the name of the one. */
  readonly sheet?: string | undefined;
  /** Line of the header in the file, from 1; 0 when there is none. */
  readonly headerLine?: number | undefined;
  readonly dateFormat?: string | undefined;
  readonly decimalSeparator?: DecimalSeparator | undefined;
  /** Card statements may count what was spent as positive. */
  readonly positiveIsOut?: boolean | undefined;
  /** Lines in other currencies than the account's are of other accounts. */
  readonly leaveOutOtherCurrencies?: boolean | undefined;
  readonly minus?: Minus | undefined;
  /** Kept for the account, and not chosen for this file. */
  readonly isKept?: boolean | undefined;
}

/** How the file was read: a mapping with nothing left open. */
export interface ResolvedMapping extends MappedColumns {
  readonly delimiter: string;
  readonly headerLine: number;
  readonly dateFormat: string;
  readonly decimalSeparator: DecimalSeparator;
}
