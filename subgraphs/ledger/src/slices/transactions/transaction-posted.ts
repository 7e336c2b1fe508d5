import type { EntrySide } from "@allfunds/platform";
import type { RecordedFx } from "./fx-rate.ts";

/** Where a transaction came from; a statement line names its import and, when known, the other party. */
export type TransactionSource =
  | { readonly kind: "API" }
  | { readonly kind: "ADJUSTMENT" }
  | { readonly kind: "CAPTURE"; readonly holdId: string }
  | { readonly kind: "REVERSAL"; readonly reverses: string }
  | { readonly kind: "STATEMENT"; readonly importId: string; readonly counterparty?: string };

export interface PostedEntry {
  readonly accountId: string;
  readonly side: EntrySide;
  /** Minor units, positive. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The account's balance after this entry, in minor units on its normal side. */
  readonly balanceAfterMinor: bigint;
}

/** The reference when the client gave it, which makes it unique in the book; banks repeat theirs. */
export const clientReference = ({ source, reference }: TransactionPosted): string | null =>
  source.kind === "STATEMENT" ? null : reference;

/** Money moved: entries that sum to zero in every currency. */
export interface TransactionPosted {
  readonly type: "TransactionPosted";
  readonly transactionId: string;
  readonly fundId: string;
  /** Value date, `YYYY-MM-DD`; may lie in the past. */
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly entries: readonly PostedEntry[];
  /** Rates at which it exchanges currencies, where they were said. */
  readonly fx?: readonly RecordedFx[];
  readonly source: TransactionSource;
}
