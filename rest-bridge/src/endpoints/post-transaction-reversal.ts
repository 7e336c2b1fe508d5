import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../http/documented-headers.ts";
import { IDEMPOTENCY_HIT_HEADER, idempotencyHit } from "../http/idempotency-hit.ts";
import {
  linkedTransaction,
  LINKED_TRANSACTION_FIELDS,
  toLinkedTransaction,
  type LinkedTransactionData,
} from "../shapes/linked-transaction.ts";
import { newEntry } from "../shapes/new-transaction.ts";
import { description, metadata, reference } from "../shapes/posting-details.ts";
import { amount, date, id } from "../shapes/scalars.ts";
import { locationOf } from "../shapes/transaction.ts";
import { POSTING_REFUSALS, WAITING } from "./posting-outcomes.ts";

const REVERSE = operation(/* GraphQL */ `
  mutation RestReverseTransaction($input: ReverseTransactionInput!) {
    reverseTransaction(input: $input) {
      ...LinkedTransactionFields
      replayed
    }
  }
  ${LINKED_TRANSACTION_FIELDS}
`);

const reversal = z
  .strictObject({
    id: id("UUID of the reversing transaction; made by the ledger when absent.").optional(),
    amount: amount(
      "So much of a transaction with two entries; all that is left when this and `entries` are absent.",
    ).optional(),
    entries: z.array(newEntry).min(2).max(1_000).optional().meta({
      description:
        "A part of any transaction: entries opposite to its own, none larger than what is left of it.",
    }),
    effectiveDate: date("Value date; today in UTC when absent.").optional(),
    description: description("Why; made from the original's when absent.").optional(),
    reference,
    metadata,
  })
  .meta({
    id: "ReversalRequest",
    description: "How much of a transaction to take back; all of it when nothing is said.",
    examples: [{ amount: "250.00", description: "Fee charged too high" }],
  });

interface ReverseData {
  readonly reverseTransaction: LinkedTransactionData & { readonly replayed: boolean };
}

/** POST /api/v1/transactions/{id}/reversal: takes a transaction back by posting its opposite. */
export const postTransactionReversal = defineEndpoint({
  method: "POST",
  path: "/api/v1/transactions/:id/reversal",
  operations: [REVERSE],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "reverseTransaction",
    tag: "Ledger",
    summary: "Take a transaction back",
    description:
      "Posts the opposite of a transaction, or of a part of it. In parts up to the whole, never more; the two know each other from then on.",
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
  params: z.strictObject({ id: id("The transaction to take back.") }),
  body: reversal,
  bodyIfAbsent: {},
  respond: async ({ params, body, context, execute }) => {
    const input = { transactionId: params.id, ...body, idempotencyKey: context.idempotencyKey };
    const { reverseTransaction } = await execute<ReverseData>(REVERSE, { input });
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
