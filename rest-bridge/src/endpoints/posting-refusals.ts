import type { ErrorCode } from "@allfunds/platform";

/** Why the ledger may refuse whatever posts a transaction. */
export const POSTING_REFUSALS: readonly ErrorCode[] = [
  "INVALID_AMOUNT",
  "ACCOUNT_NOT_FOUND",
  "IDEMPOTENCY_CONFLICT",
  "INSUFFICIENT_FUNDS",
  "ACCOUNT_FROZEN",
  "ACCOUNT_CLOSED",
  "POSTING_PERIOD_CLOSED",
];
