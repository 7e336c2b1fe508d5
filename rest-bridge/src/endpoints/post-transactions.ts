import { z } from "zod";
import { defineEndpoint, type Answer } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import {
  atomicRefusal,
  bulkResult,
  isReplayed,
  toBulkResult,
  type BulkData,
} from "../shapes/bulk-result.ts";
import { newTransaction, newTransactions } from "../shapes/new-transaction.ts";
import {
  locationOf,
  toTransaction,
  transaction,
  TRANSACTION_FIELDS,
  type MarkedTransactionData,
} from "../shapes/transaction.ts";
import { POSTING_REFUSALS, WAITING } from "./posting-outcomes.ts";

const POST_ONE = operation(/* GraphQL */ `
  mutation RestPostTransaction($input: PostTransactionInput!) {
    postTransaction(input: $input) {
      ...TransactionFields
      replayed
    }
  }
  ${TRANSACTION_FIELDS}
`);

const POST_MANY = operation(/* GraphQL */ `
  mutation RestPostTransactions($input: PostTransactionsInput!) {
    postTransactions(input: $input) {
      posted
      refused
      results {
        index
        transaction {
          ...TransactionFields
          replayed
        }
        error {
          code
          message
          proposalId
        }
      }
    }
  }
  ${TRANSACTION_FIELDS}
`);

const isBulk = (sent: unknown): boolean =>
  typeof sent === "object" && sent !== null && "transactions" in sent;

/** POST /api/v1/transactions: one transaction, or many at once. */
export const postTransactions = defineEndpoint({
  method: "POST",
  path: "/api/v1/transactions",
  operations: [POST_ONE, POST_MANY],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "postTransactions",
    tag: "Ledger",
    summary: "Post one transaction, or many",
    description:
      "Posts a journal transaction: balanced entries on accounts of one fund. With `transactions`, posts many; an ATOMIC bulk with a refusal is refused as a whole, an INDEPENDENT one answers 207 with a verdict for each. A transaction above the approval limit is not posted but waits for a second person. An Idempotency-Key makes it safe to repeat the request: the same transaction is answered again.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "All posted: the stored transaction, or for a bulk the verdicts.",
        schema: z.union([transaction, bulkResult]),
        headers: {
          Location: "Where the transaction can be read; absent for a bulk.",
          ...IDEMPOTENCY_HIT_HEADER,
        },
      },
      202: WAITING,
      207: {
        description: "An INDEPENDENT bulk with refusals: a verdict for each transaction.",
        schema: bulkResult,
        headers: IDEMPOTENCY_HIT_HEADER,
      },
    },
    refusals: [
      ...POSTING_REFUSALS,
      "ALREADY_EXISTS",
      "FUND_NOT_FOUND",
      "LEDGER_UNBALANCED",
      "CURRENCY_MISMATCH",
      "FX_RATE_MISMATCH",
      "BULK_REFUSED",
    ],
  },
  body: z.union([newTransaction, newTransactions]),
  bodyMeant: (sent) => (isBulk(sent) ? newTransactions : newTransaction),
  respond: async ({ body, context, execute }): Promise<Answer> => {
    if ("transactions" in body) {
      // The ledger derives one key per item from the request's own.
      const data = await execute<{ postTransactions: BulkData }>(POST_MANY, { input: body });
      const bulk = data.postTransactions;
      if (bulk.refused > 0 && body.mode === "ATOMIC") throw atomicRefusal(bulk);
      return {
        status: bulk.refused > 0 ? 207 : 201,
        body: toBulkResult(bulk),
        headers: idempotencyHit(isReplayed(bulk)),
      };
    }
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const data = await execute<{ postTransaction: MarkedTransactionData }>(POST_ONE, { input });
    const stored = toTransaction(data.postTransaction);
    const { replayed } = data.postTransaction;
    return {
      status: 201,
      body: stored,
      headers: { location: locationOf(stored.id), ...idempotencyHit(replayed) },
    };
  },
});
