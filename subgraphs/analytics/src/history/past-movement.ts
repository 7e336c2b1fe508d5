import { UNKNOWN_CATEGORY } from "../classification/taxonomy.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

/** A movement as far as it is examined. */
export interface ExaminedMovement {
  readonly transactionId: string;
  readonly fundId: string;
  readonly position: number;
  /** ISO calendar date. */
  readonly effectiveDate: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly direction: "IN" | "OUT" | "NONE";
  readonly counterparty: string | null;
  /** Empty when nothing identifies a payer or payee. */
  readonly counterpartyKey: string;
  readonly reference: string | null;
  readonly category: CategoryCode;
}

/** A movement as far as the next one with the same payer or payee is compared with it. */
export type PastPayment = Pick<
  ExaminedMovement,
  "transactionId" | "effectiveDate" | "amountMinor" | "currency" | "reference"
> & { readonly direction: "IN" | "OUT" };

/** Most values of one comparison: enough for a median, small enough to read. */
export const LONGEST_HISTORY = 200;

/** Whether its amount is compared with those of its category. */
export const hasUsualAmounts = ({ direction, category }: ExaminedMovement): boolean =>
  direction !== "NONE" && category !== UNKNOWN_CATEGORY;

/** Whether it is compared with earlier ones of its payer or payee. */
export const hasPayee = ({ direction, counterpartyKey }: ExaminedMovement): boolean =>
  direction !== "NONE" && counterpartyKey !== "";
