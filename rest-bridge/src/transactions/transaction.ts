import { z } from "zod";
import { currency, date, decimal, id, instant, side } from "../endpoint/scalars.ts";
import type {
  LinkedTransactionFieldsFragment,
  TransactionFieldsFragment,
} from "../graph/graph-types.generated.ts";

const storedEntry = z.object({
  id: z.string().meta({ description: "The transaction's id and the leg, counted from 1." }),
  accountId: id("The account."),
  accountCode: z.string().meta({ description: "Code of the account in its fund." }),
  side,
  amount: decimal("Amount in the account's currency, always positive."),
  currency: currency("The account's currency."),
  balanceAfter: decimal("Balance of the account right after this entry, on its normal side."),
  dimensions: z
    .array(
      z.object({
        dimension: z.string().meta({ description: "Name of the dimension." }),
        value: z.string().meta({ description: "The value; the id of a counterparty." }),
      }),
    )
    .meta({ description: "Its values of dimensions, by name." }),
});

const storedRate = z.object({
  base: currency("Currency of which one unit is priced."),
  quote: currency("Currency of the price."),
  rate: decimal("Units of quote for one of base, as it was given."),
  baseAmount: decimal("What was exchanged of base."),
  quoteAmount: decimal("What was exchanged of quote."),
});

export const transaction = z
  .object({
    id: id("The transaction."),
    fundId: id("The fund whose book holds it."),
    position: z.int().meta({ description: "Its place in the fund's book, gap-free from 1." }),
    effectiveDate: date("Value date."),
    recordedAt: instant("When the ledger recorded it."),
    description: z.string().meta({ description: "What it was for." }),
    reference: z.string().nullable().meta({ description: "Reference of the client or the bank." }),
    metadata: z.record(z.string(), z.unknown()).meta({ description: "Data of the client." }),
    fx: z
      .array(storedRate)
      .meta({ description: "The rates at which it exchanges currencies, where they were given." }),
    entries: z.array(storedEntry).meta({ description: "Its legs, debits and credits in balance." }),
  })
  .meta({ id: "Transaction", description: "A stored journal transaction. It never changes." });
type Transaction = z.output<typeof transaction>;

export const toTransaction = ({
  fund,
  fx,
  entries,
  ...rest
}: TransactionFieldsFragment): Transaction => ({
  id: rest.id,
  fundId: fund.id,
  position: rest.position,
  effectiveDate: rest.effectiveDate,
  recordedAt: rest.recordedAt,
  description: rest.description,
  reference: rest.reference,
  // The ledger stores a JSON object here, whatever a JSON scalar allows.
  metadata: rest.metadata as Transaction["metadata"],
  fx: fx.map(({ baseAmount, quoteAmount, ...rate }) => ({
    ...rate,
    baseAmount: baseAmount.amount,
    quoteAmount: quoteAmount.amount,
  })),
  entries: entries.map((entry) => ({
    id: entry.id,
    accountId: entry.account.id,
    accountCode: entry.account.code,
    side: entry.side,
    amount: entry.amount.amount,
    currency: entry.amount.currency,
    balanceAfter: entry.balanceAfter.amount,
    dimensions: entry.dimensions.map(({ dimension, value }) => ({ dimension, value })),
  })),
});

export const linkedTransaction = transaction
  .extend({
    reverses: id("The transaction that this one reverses.").nullable(),
    reversedBy: z
      .array(id("A reversal."))
      .meta({ description: "The transactions that reverse this one, oldest first." }),
  })
  .meta({
    id: "LinkedTransaction",
    description: "A stored journal transaction with its reversals, to which more may be added.",
  });
type LinkedTransaction = z.output<typeof linkedTransaction>;

export const toLinkedTransaction = (data: LinkedTransactionFieldsFragment): LinkedTransaction => ({
  ...toTransaction(data),
  reverses: data.reverses?.id ?? null,
  reversedBy: data.reversedBy.map((reversal) => reversal.id),
});

/** The address of a stored transaction. */
export const locationOf = (transactionId: string): string =>
  `/api/v1/transactions/${transactionId}`;
