import { AppError, ERROR_CODES, isErrorCode, type ErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";
import { id } from "./scalars.ts";
import { toTransaction, transaction, type MarkedTransactionData } from "./transaction.ts";

const itemRefusal = z.object({
  code: z.string().meta({ description: "Stable code of the refusal." }),
  status: z.int().meta({ description: "The status it would have had alone." }),
  title: z.string().meta({ description: "What the code means." }),
  detail: z.string().meta({ description: "What was wrong, in a sentence." }),
  proposalId: id("With APPROVAL_REQUIRED: the proposal that waits for a second person.").nullable(),
});

export const bulkResult = z
  .object({
    posted: z.int().meta({ description: "Number of transactions that were posted." }),
    refused: z.int().meta({ description: "Number of transactions that were refused." }),
    results: z
      .array(
        z.object({
          index: z.int().meta({ description: "Place in the request, counted from 0." }),
          transaction: transaction.nullable(),
          error: itemRefusal.nullable(),
        }),
      )
      .meta({ description: "One verdict per transaction, in the order of the request." }),
  })
  .meta({ id: "BulkResult", description: "What became of each transaction." });
type BulkResult = z.output<typeof bulkResult>;

interface BulkErrorData {
  readonly code: string;
  readonly message: string;
  readonly proposalId: string | null;
}

/** What the graph answers to `postTransactions`. */
export interface BulkData {
  readonly posted: number;
  readonly refused: number;
  readonly results: readonly {
    readonly index: number;
    readonly transaction: MarkedTransactionData | null;
    readonly error: BulkErrorData | null;
  }[];
}

/** True when every transaction of the bulk was posted by an earlier request with the same key. */
export const isReplayed = ({ results }: BulkData): boolean =>
  results.every(({ transaction: stored }) => stored?.replayed === true);

export const toBulkResult = ({ posted, refused, results }: BulkData): BulkResult => ({
  posted,
  refused,
  results: results.map(({ index, transaction: stored, error }) => ({
    index,
    transaction: stored === null ? null : toTransaction(stored),
    error: error === null ? null : toRefusal(error),
  })),
});

function toRefusal({ code, message, proposalId }: BulkErrorData) {
  const known: ErrorCode = isErrorCode(code) ? code : "INTERNAL_ERROR";
  const detail = known === "INTERNAL_ERROR" ? "Something went wrong on our side." : message;
  return { code: known, ...ERROR_CODES[known], detail, proposalId };
}

/** Why an atomic bulk was refused: the first item that is at fault itself speaks for all. */
export function atomicRefusal(bulk: BulkData): AppError {
  const { results } = toBulkResult(bulk);
  const faults = results.flatMap(({ index, error }) =>
    error === null || error.code === "BULK_REFUSED" ? [] : [{ index, error }],
  );
  const [first] = faults;
  if (first === undefined) return new AppError("BULK_REFUSED", "Nothing was posted.");
  const { index, error } = first;
  // All or none: nothing of it waits, so it is no 202.
  const code = error.code === "APPROVAL_REQUIRED" ? "BULK_REFUSED" : error.code;
  return new AppError(code as ErrorCode, `transactions.${index}: ${error.detail}`, {
    violations: faults.map((fault) => ({
      path: `transactions.${fault.index}`,
      message: `${fault.error.code}: ${fault.error.detail}`,
    })),
  });
}
