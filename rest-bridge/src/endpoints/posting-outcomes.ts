import type { ErrorCode } from "@allfunds/contract/errors";
import type { SuccessDocs } from "../endpoint.ts";
import { waiting } from "../shapes/waiting.ts";

/** The answer of whatever posts a transaction, when that is above the approval limit. */
export const WAITING: SuccessDocs = {
  description: "Above the approval limit: not posted, but waiting for a second person.",
  schema: waiting,
  headers: { Location: "Where the proposal can be read." },
};

/** Why the ledger may refuse whatever posts a transaction. */
export const POSTING_REFUSALS: readonly ErrorCode[] = [
  "INVALID_AMOUNT",
  "ACCOUNT_NOT_FOUND",
  "IDEMPOTENCY_CONFLICT",
  "INSUFFICIENT_FUNDS",
  "ACCOUNT_FROZEN",
  "ACCOUNT_CLOSED",
  "POSTING_PERIOD_CLOSED",
  "PROPOSAL_NOT_WAITING",
];
