import { textCell as text, type Cell } from "@allfunds/platform/sheets/cell";
import type { ExportedTransactionsQuery } from "../../graph/graph-types.generated.ts";

type Exported = NonNullable<ExportedTransactionsQuery["fund"]>["transactions"]["nodes"][number];

/** The first row of an export of transactions. */
export const JOURNAL_HEADINGS: readonly Cell[] = [
  "Position",
  "Value date",
  "Recorded at (UTC)",
  "Description",
  "Reference",
  "Account code",
  "Account",
  "Debit",
  "Credit",
  "Currency",
  "Transaction id",
].map(text);

/** One row for each entry of a transaction. */
export const journalRows = (transaction: Exported): Cell[][] =>
  transaction.entries.map(({ side, amount, account }) => [
    { kind: "number", value: String(transaction.position) },
    { kind: "date", value: transaction.effectiveDate },
    text(transaction.recordedAt),
    text(transaction.description),
    text(transaction.reference ?? ""),
    text(account.code),
    text(account.name),
    { kind: "amount", value: side === "DEBIT" ? amount.amount : "" },
    { kind: "amount", value: side === "CREDIT" ? amount.amount : "" },
    text(amount.currency),
    text(transaction.id),
  ]);
