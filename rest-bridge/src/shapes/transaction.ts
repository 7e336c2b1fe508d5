import { z } from "zod";
import { currency, date, decimal, id, instant, side, type MoneyShape } from "./scalars.ts";

const storedEntry = z.object({
  id: z.string().meta({ description: "The transaction's id and the leg, counted from 1." }),
  accountId: id("The account."),
  accountCode: z.string().meta({ description: "Code of the account in its fund." }),
  side,
  amount: decimal("Amount in the account's currency, always positive."),
  currency: currency("The account's currency."),
  balanceAfter: decimal("Balance of the account right after this entry, on its normal side."),
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
    metadata: z
      .record(z.string(), z.unknown())
      .meta({ description: "Whatever the client keeps with it." }),
    fx: z
      .array(storedRate)
      .meta({ description: "The rates at which it exchanges currencies, where they were given." }),
    entries: z.array(storedEntry).meta({ description: "Its legs, debits and credits in balance." }),
  })
  .meta({ id: "Transaction", description: "A stored journal transaction. It never changes." });
export type Transaction = z.output<typeof transaction>;

export const TRANSACTION_FIELDS = /* GraphQL */ `
  fragment TransactionFields on Transaction {
    id
    fund {
      id
    }
    position
    effectiveDate
    recordedAt
    description
    reference
    metadata
    fx {
      base
      quote
      rate
      baseAmount {
        amount
      }
      quoteAmount {
        amount
      }
    }
    entries {
      id
      account {
        id
        code
      }
      side
      amount {
        amount
        currency
      }
      balanceAfter {
        amount
      }
    }
  }
`;

/** What the graph answers to `TransactionFields`. */
export type TransactionData = Omit<Transaction, "fundId" | "fx" | "entries"> & {
  readonly fund: { readonly id: string };
  readonly fx: readonly {
    readonly base: string;
    readonly quote: string;
    readonly rate: string;
    readonly baseAmount: { readonly amount: string };
    readonly quoteAmount: { readonly amount: string };
  }[];
  readonly entries: readonly {
    readonly id: string;
    readonly account: { readonly id: string; readonly code: string };
    readonly side: "DEBIT" | "CREDIT";
    readonly amount: MoneyShape;
    readonly balanceAfter: { readonly amount: string };
  }[];
};

/** The transaction as a mutation answers it. */
export interface MarkedTransactionData extends TransactionData {
  /** True when an earlier request with the same key posted it. */
  readonly replayed: boolean;
}

export const toTransaction = ({ fund, fx, entries, ...rest }: TransactionData): Transaction => ({
  id: rest.id,
  fundId: fund.id,
  position: rest.position,
  effectiveDate: rest.effectiveDate,
  recordedAt: rest.recordedAt,
  description: rest.description,
  reference: rest.reference,
  metadata: rest.metadata,
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
  })),
});

/** Where a stored transaction can be read again. */
export const locationOf = (transactionId: string): string =>
  `/api/v1/transactions/${transactionId}`;
