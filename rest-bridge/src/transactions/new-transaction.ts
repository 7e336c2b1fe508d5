import { z } from "zod";
import { amount, currency, date, id, side } from "../endpoint/scalars.ts";
import { confirmFarValueDate, description, metadata, reference } from "./posting.ts";

const entryDimension = z.strictObject({
  dimension: z
    .string()
    .meta({ description: "Name of the dimension; `counterparty` for those of the fund." }),
  value: z.string().meta({ description: "One of its values; the id of a counterparty." }),
});

export const newEntry = z.strictObject({
  accountId: id("An account of the fund."),
  side,
  amount: amount("Positive amount in the account's currency."),
  currency: currency("The account's currency; refused when it is another.").optional(),
  dimensions: z.array(entryDimension).max(20).optional().meta({
    description: "Its values of dimensions, such as a cost centre; one of each.",
  }),
});

const newRate = z.strictObject({
  base: currency("Currency of which one unit is priced."),
  quote: currency("Currency of the price."),
  rate: amount("Units of quote for one of base; its decimals are kept."),
  baseAmount: amount("What was exchanged of base; all its debits when absent.").optional(),
  quoteAmount: amount("What was exchanged of quote; all its debits when absent.").optional(),
});

export const newTransaction = z
  .strictObject({
    id: id("UUID of the transaction; made by the ledger when absent.").optional(),
    fundId: id("The fund in whose book it is posted."),
    effectiveDate: date("Value date."),
    description: description("What it is for."),
    reference,
    metadata,
    entries: z
      .array(newEntry)
      .min(2)
      .max(1_000)
      .meta({ description: "Debits and credits; in each currency they must be equal." }),
    confirmFarValueDate,
    reversesOn: date(
      "Of an accrual: a later value date, on which it is reversed by itself.",
    ).optional(),
    fx: z.array(newRate).max(50).optional().meta({
      description:
        "Rates at which it exchanges currencies; they are recorded with it, and its amounts must agree with them to one minor unit.",
    }),
  })
  .meta({
    id: "NewTransaction",
    description: "A journal transaction to post.",
    examples: [
      {
        fundId: "018f6b7e-0000-7000-8000-00000000f001",
        effectiveDate: "2026-06-30",
        description: "Management fee June",
        reference: "INV-2026-06",
        entries: [
          { accountId: "018f6b7e-0000-7000-8000-00000000a501", side: "DEBIT", amount: "1250.00" },
          { accountId: "018f6b7e-0000-7000-8000-00000000a101", side: "CREDIT", amount: "1250.00" },
        ],
      },
    ],
  });

export const newTransactions = z
  .strictObject({
    transactions: z
      .array(newTransaction)
      .min(1)
      .max(1_000)
      .meta({ description: "The transactions, posted in this order." }),
    mode: z
      .enum(["ATOMIC", "INDEPENDENT"], { error: "must be ATOMIC or INDEPENDENT" })
      .default("ATOMIC")
      .meta({ description: "ATOMIC: all or none. INDEPENDENT: each on its own." }),
  })
  .meta({ id: "NewTransactions", description: "Several journal transactions to post together." });
