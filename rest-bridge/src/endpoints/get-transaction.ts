import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import {
  linkedTransaction,
  LINKED_TRANSACTION_FIELDS,
  toLinkedTransaction,
  type LinkedTransactionData,
} from "../shapes/linked-transaction.ts";
import { id } from "../shapes/scalars.ts";

const TRANSACTION = operation(/* GraphQL */ `
  query RestTransaction($id: ID!) {
    transaction(id: $id) {
      ...LinkedTransactionFields
    }
  }
  ${LINKED_TRANSACTION_FIELDS}
`);

/** GET /api/v1/transactions/{id}: what the Location of a posted transaction leads to. */
export const getTransaction = defineEndpoint({
  method: "GET",
  path: "/api/v1/transactions/:id",
  operations: [TRANSACTION],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getTransaction",
    tag: "Ledger",
    summary: "Read one transaction",
    description: "The transaction as it is stored, with the balances it led to and its reversals.",
    success: { 200: { description: "The transaction.", schema: linkedTransaction } },
    refusals: ["TRANSACTION_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The transaction.") }),
  respond: async ({ params, execute }) => {
    const data = await execute<{ transaction: LinkedTransactionData | null }>(TRANSACTION, params);
    if (data.transaction === null) {
      throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${params.id}.`);
    }
    return { status: 200, body: toLinkedTransaction(data.transaction) };
  },
});
