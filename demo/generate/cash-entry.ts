/** Domain, family and sub-family of the ISO 20022 bank transaction codes. */
export type BankCode = readonly [domain: string, family: string, subFamily: string];

/** One entry of a camt.053 statement before it is written as XML. */
export interface CashEntry {
  readonly date: string;
  /** Signed cents of a euro as they change the balance. */
  readonly cents: number;
  readonly code: BankCode;
  readonly counterparty: string;
  readonly text: string;
  /** Announced by the bank but not booked; no part of the closing balance. */
  readonly pending?: boolean;
  /** Takes back an earlier entry. */
  readonly reversal?: boolean;
  /** Already deducted from the amount. */
  readonly charges?: { readonly cents: number; readonly text: string };
  /** What was paid before the bank converted it; `rate` is units of that currency per euro. */
  readonly foreign?: { readonly cents: number; readonly currency: string; readonly rate: string };
  /** The payments inside a batch that the bank booked as one sum. */
  readonly details?: readonly {
    readonly cents: number;
    readonly counterparty: string;
    readonly text: string;
  }[];
}
