import { z } from "zod";
import { currency, date, decimal, id, instant, side } from "../endpoint/scalars.ts";
import { columnsOf } from "../endpoint/table.ts";
import type { LedgerEntryFieldsFragment } from "../graph/graph-types.generated.ts";

export const ledgerEntry = z
  .object({
    id: z.string().meta({ description: "The transaction's id and the leg, counted from 1." }),
    transactionId: id("The transaction that it is a leg of."),
    fundId: id("The fund whose book it is in."),
    position: z.int().meta({ description: "Place of the transaction in the fund's book." }),
    effectiveDate: date("Value date."),
    recordedAt: instant("When the ledger recorded it."),
    description: z.string().meta({ description: "What the transaction was for." }),
    reference: z.string().nullable().meta({ description: "Reference of the client or the bank." }),
    accountId: id("The account."),
    accountCode: z.string().meta({ description: "Code of the account in its fund." }),
    accountName: z.string().meta({ description: "Name of the account." }),
    side,
    amount: decimal("Amount in the account's currency, always positive."),
    currency: currency("The account's currency."),
    balanceAfter: decimal("Running balance: right after this entry, on the normal side."),
  })
  .meta({ id: "LedgerEntry", description: "One entry with its transaction and its account." });
type LedgerEntry = z.output<typeof ledgerEntry>;

export function toLedgerEntry(entry: LedgerEntryFieldsFragment): LedgerEntry {
  const { account, transaction, amount } = entry;
  return {
    id: entry.id,
    transactionId: transaction.id,
    fundId: transaction.fund.id,
    position: transaction.position,
    effectiveDate: transaction.effectiveDate,
    recordedAt: transaction.recordedAt,
    description: transaction.description,
    reference: transaction.reference,
    accountId: account.id,
    accountCode: account.code,
    accountName: account.name,
    side: entry.side,
    amount: amount.amount,
    currency: amount.currency,
    balanceAfter: entry.balanceAfter.amount,
  };
}

/** The same fields in the same order as in JSON. */
export const LEDGER_ENTRY_COLUMNS = columnsOf<LedgerEntry>(ledgerEntry);
