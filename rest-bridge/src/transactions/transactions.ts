import { z } from "zod";
import { defineEndpoint, type Answer } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { amount, date, id } from "../endpoint/scalars.ts";
import {
  RestPostTransactionDocument,
  RestPostTransactionsDocument,
  RestReverseTransactionDocument,
  RestTransactionDocument,
} from "../graph/graph-types.generated.ts";
import { atomicRefusal, bulkResult, isReplayed, toBulkResult } from "./bulk-result.ts";
import { newEntry, newTransaction, newTransactions } from "./new-transaction.ts";
import {
  confirmFarValueDate,
  description,
  metadata,
  POSTING_REFUSALS,
  reference,
  WAITING,
} from "./posting.ts";
import {
  linkedTransaction,
  locationOf,
  toLinkedTransaction,
  toTransaction,
  transaction,
} from "./transaction.ts";

const isBulk = (sent: unknown): boolean =>
  typeof sent === "object" && sent !== null && "transactions" in sent;

/** POST /api/v1/transactions: one transaction, or many at once. */
export const postTransactions = defineEndpoint({
  method: "POST",
  path: "/api/v1/transactions",
  listedAt: "/api/v1/ledger",
  operations: [RestPostTransactionDocument, RestPostTransactionsDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "postTransactions",
    tag: "Ledger",
    summary: "Post one transaction, or many",
    description:
      "Posts a journal transaction: balanced entries on accounts of one fund. With `transactions`, posts many: an ATOMIC bulk with a refusal is refused as a whole, an INDEPENDENT one answers 207 with a result for each. A transaction above the approval limit is not posted but waits for a second approver. An Idempotency-Key makes it safe to repeat the request: the answer is the same transaction.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "All posted: the stored transaction, or the results of a bulk.",
        schema: z.union([transaction, bulkResult]),
        headers: {
          Location: "Where the transaction can be read; absent for a bulk.",
          ...IDEMPOTENCY_HIT_HEADER,
        },
      },
      202: WAITING,
      207: {
        description: "An INDEPENDENT bulk with refusals: a result for each transaction.",
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
  chooseBody: (sent) => (isBulk(sent) ? newTransactions : newTransaction),
  respond: async ({ body, context, execute }): Promise<Answer> => {
    if ("transactions" in body) {
      // The ledger derives one key per item from the key of the request.
      const data = await execute(RestPostTransactionsDocument, { input: body });
      const bulk = data.postTransactions;
      if (bulk.refused > 0 && body.mode === "ATOMIC") throw atomicRefusal(bulk);
      return {
        status: bulk.refused > 0 ? 207 : 201,
        body: toBulkResult(bulk),
        headers: idempotencyHit(isReplayed(bulk)),
      };
    }
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const data = await execute(RestPostTransactionDocument, { input });
    const stored = toTransaction(data.postTransaction);
    const { replayed } = data.postTransaction;
    return {
      status: 201,
      body: stored,
      headers: { location: locationOf(stored.id), ...idempotencyHit(replayed) },
    };
  },
});

/** GET /api/v1/transactions/{id}: the Location of a posted transaction. */
export const getTransaction = defineEndpoint({
  method: "GET",
  path: "/api/v1/transactions/:id",
  operations: [RestTransactionDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getTransaction",
    tag: "Ledger",
    summary: "Read one transaction",
    description:
      "The transaction as it is stored, with the balances after each entry and its reversals.",
    success: { 200: { description: "The transaction.", schema: linkedTransaction } },
    refusals: ["TRANSACTION_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The transaction.") }),
  respond: async ({ params, execute }) => {
    const { transaction: read } = await execute(RestTransactionDocument, params);
    return {
      status: 200,
      body: toLinkedTransaction(requireFound(read, "TRANSACTION_NOT_FOUND", params.id)),
    };
  },
});

const reversal = z
  .strictObject({
    id: id("UUID of the reversing transaction; made by the ledger when absent.").optional(),
    amount: amount(
      "How much of a transaction with two entries; all that is left when this and `entries` are absent.",
    ).optional(),
    entries: z.array(newEntry).min(2).max(1_000).optional().meta({
      description:
        "A part of any transaction: entries opposite to its own, none larger than what is left of it.",
    }),
    effectiveDate: date("Value date; today in UTC when absent.").optional(),
    confirmFarValueDate,
    description: description("Why; made from the original's when absent.").optional(),
    reference,
    metadata,
  })
  .meta({
    id: "ReversalRequest",
    description: "How much of a transaction to reverse; all of it by default.",
    examples: [{ amount: "250.00", description: "Fee charged too high" }],
  });

/** POST /api/v1/transactions/{id}/reversal: reverses a transaction by posting its opposite. */
export const postTransactionReversal = defineEndpoint({
  method: "POST",
  path: "/api/v1/transactions/:id/reversal",
  operations: [RestReverseTransactionDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "reverseTransaction",
    tag: "Ledger",
    summary: "Reverse a transaction",
    description:
      "Posts the opposite of a transaction, or of a part of it. Several parts may add up to the whole, never to more. From then on, each of the two names the other.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "The reversing transaction.",
        schema: linkedTransaction,
        headers: { Location: "Where it can be read.", ...IDEMPOTENCY_HIT_HEADER },
      },
      202: WAITING,
    },
    refusals: [
      ...POSTING_REFUSALS,
      "ALREADY_EXISTS",
      "TRANSACTION_NOT_FOUND",
      "ALREADY_REVERSED",
      "LEDGER_UNBALANCED",
      "CURRENCY_MISMATCH",
      "REVERSAL_EXCEEDED",
    ],
  },
  params: z.strictObject({ id: id("The transaction to reverse.") }),
  body: reversal,
  bodyIfAbsent: {},
  respond: async ({ params, body, context, execute }) => {
    const input = { transactionId: params.id, ...body, idempotencyKey: context.idempotencyKey };
    const { reverseTransaction } = await execute(RestReverseTransactionDocument, { input });
    return {
      status: 201,
      body: toLinkedTransaction(reverseTransaction),
      headers: {
        location: locationOf(reverseTransaction.id),
        ...idempotencyHit(reverseTransaction.replayed),
      },
    };
  },
});
