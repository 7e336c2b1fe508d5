import { date, id, integer } from "../endpoint/scalars.ts";
import { defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import { RestLedgerDocument } from "../graph/graph-types.generated.ts";
import { LEDGER_ENTRY_COLUMNS, ledgerEntry, toLedgerEntry } from "./ledger-entry.ts";

/** GET /api/v1/ledger: entries with their running balance, as JSON or CSV. */
export const getLedger = defineTable({
  path: "/api/v1/ledger",
  operations: [RestLedgerDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getLedger",
    tag: "Ledger",
    summary: "Read the entries of the books",
    description: `Entries by fund, account, value date and book position, in the order in which they were recorded, so that the running balances continue. ${TABLE_DOCS} The next page is in \`nextCursor\` and in the Link header.`,
    refusals: ["FUND_NOT_FOUND", "ACCOUNT_NOT_FOUND"],
  },
  item: ledgerEntry,
  page: { id: "LedgerPage", of: "entries" },
  columns: LEDGER_ENTRY_COLUMNS,
  parameters: {
    fundId: id("Only entries of this fund.").optional(),
    accountId: id("Only entries on this account.").optional(),
    from: date("Only entries with this value date or a later one.").optional(),
    to: date("Only entries with this value date or an earlier one.").optional(),
    asOf: integer(
      { min: 0, max: Number.MAX_SAFE_INTEGER },
      "Only entries recorded up to this position of the book; needs fundId or accountId.",
    ).optional(),
  },
  toItem: toLedgerEntry,
  read: async (query, execute) => (await execute(RestLedgerDocument, query)).entries,
});
