import { z } from "zod";
import { id } from "./scalars.ts";
import {
  toTransaction,
  transaction,
  TRANSACTION_FIELDS,
  type TransactionData,
} from "./transaction.ts";

export const linkedTransaction = transaction
  .extend({
    reverses: id("The transaction that this one takes back.").nullable(),
    reversedBy: z
      .array(id("A reversal."))
      .meta({ description: "The transactions that take this one back, oldest first." }),
  })
  .meta({
    id: "LinkedTransaction",
    description: "A stored journal transaction with its reversals: those may still come.",
  });
type LinkedTransaction = z.output<typeof linkedTransaction>;

export const LINKED_TRANSACTION_FIELDS = /* GraphQL */ `
  fragment LinkedTransactionFields on Transaction {
    ...TransactionFields
    reverses {
      id
    }
    reversedBy {
      id
    }
  }
  ${TRANSACTION_FIELDS}
`;

/** What the graph answers to `LinkedTransactionFields`. */
export interface LinkedTransactionData extends TransactionData {
  readonly reverses: { readonly id: string } | null;
  readonly reversedBy: readonly { readonly id: string }[];
}

export const toLinkedTransaction = (data: LinkedTransactionData): LinkedTransaction => ({
  ...toTransaction(data),
  reverses: data.reverses?.id ?? null,
  reversedBy: data.reversedBy.map((reversal) => reversal.id),
});
