/** Where the money of a transaction went, seen from the fund's bank accounts. */
export type CashDirection = "IN" | "OUT" | "NONE";

/** What the built-in model may look at. */
export interface CategoryInput {
  /** Description and reference, as they came. */
  readonly text: string;
  /** Who paid or was paid; supports the model but never fires a rule. */
  readonly counterparty?: string | null;
  /** Absent when there is only a text. */
  readonly direction?: CashDirection;
  /** Digits before the decimal point of the amount: the order of magnitude, never the amount. */
  readonly magnitude?: number;
  /** Names of the accounts on the other side of the bank account. */
  readonly accountNames?: readonly string[];
}

/** `"1234.50"` has magnitude 4. */
export function magnitudeOf(amount: string): number {
  return amount.replace(/^[-+]?0*/, "").split(".")[0]?.length ?? 0;
}
