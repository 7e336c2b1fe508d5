import {
  AppError,
  ERROR_CODES,
  type ErrorCode,
  INTERNAL_ERROR_MESSAGE,
  isErrorCode,
} from "@allfunds/contract/errors";
import { z } from "zod";
import { id } from "../endpoint/scalars.ts";
import type { RestPostTransactionsMutation } from "../graph/graph-types.generated.ts";
import { toTransaction, transaction } from "./transaction.ts";

const itemRefusal = z.object({
  code: z.string().meta({ description: "Stable code of the refusal." }),
  status: z.int().meta({ description: "The HTTP status that the refusal has outside a bulk." }),
  title: z.string().meta({ description: "What the code means." }),
  detail: z.string().meta({ description: "What was wrong, in a sentence." }),
  proposalId: id(
    "With APPROVAL_REQUIRED: the proposal that waits for a second approver.",
  ).nullable(),
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
      .meta({ description: "One result per transaction, in the order of the request." }),
  })
  .meta({ id: "BulkResult", description: "The result of each transaction." });
type BulkResult = z.output<typeof bulkResult>;

type BulkData = RestPostTransactionsMutation["postTransactions"];
type BulkError = NonNullable<BulkData["results"][number]["error"]>;

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

function toRefusal({ code, message, proposalId }: BulkError) {
  const stable: ErrorCode = isErrorCode(code) ? code : "INTERNAL_ERROR";
  const detail = stable === "INTERNAL_ERROR" ? INTERNAL_ERROR_MESSAGE : message;
  return { code: stable, ...ERROR_CODES[stable], detail, proposalId };
}

/** The refusal of an atomic bulk: that of the first item that is at fault itself. */
export function atomicRefusal(bulk: BulkData): AppError {
  const { results } = toBulkResult(bulk);
  const faults = results.flatMap(({ index, error }) =>
    error === null || error.code === "BULK_REFUSED" ? [] : [{ index, error }],
  );
  const [first] = faults;
  if (first === undefined) return new AppError("BULK_REFUSED", "Nothing was posted.");
  const { index, error } = first;
  // All or none: no item waits for approval, so the answer is not 202.
  const code = error.code === "APPROVAL_REQUIRED" ? "BULK_REFUSED" : error.code;
  return new AppError(code as ErrorCode, `transactions.${index}: ${error.detail}`, {
    violations: faults.map((fault) => ({
      path: `transactions.${fault.index}`,
      message: `${fault.error.code}: ${fault.error.detail}`,
    })),
  });
}
