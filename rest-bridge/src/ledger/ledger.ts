import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { LINK_HEADER, pageOf } from "../endpoint/page.ts";
import { date, id, integer } from "../endpoint/scalars.ts";
import { answerTable, TABLE_DOCS, TABLE_TYPES, tableParameters } from "../endpoint/table.ts";
import { RestLedgerDocument } from "../graph/graph-types.generated.ts";
import { LEDGER_ENTRY_COLUMNS, ledgerEntry, toLedgerEntry } from "./ledger-entry.ts";

/** GET /api/v1/ledger: entries with their running balance, as JSON or CSV. */
export const getLedger = defineEndpoint({
  method: "GET",
  path: "/api/v1/ledger",
  operations: [RestLedgerDocument],
  access: { scopes: ["ledger:read"] },
  produces: TABLE_TYPES,
  docs: {
    operationId: "getLedger",
    tag: "Ledger",
    summary: "Read the entries of the books",
    description: `Entries by fund, account, value date and book position, in the order in which they were recorded, so that the running balances continue. ${TABLE_DOCS} The next page is in \`nextCursor\` and in the Link header.`,
    success: {
      200: {
        description: "One page of entries.",
        schema: pageOf(ledgerEntry, { id: "LedgerPage", of: "entries" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["FUND_NOT_FOUND", "ACCOUNT_NOT_FOUND"],
  },
  query: z.strictObject({
    fundId: id("Only entries of this fund.").optional(),
    accountId: id("Only entries on this account.").optional(),
    from: date("Only entries with this value date or a later one.").optional(),
    to: date("Only entries with this value date or an earlier one.").optional(),
    asOf: integer(
      { min: 0, max: Number.MAX_SAFE_INTEGER },
      "Only entries recorded up to this position of the book; needs fundId or accountId.",
    ).optional(),
    ...tableParameters,
  }),
  respond: ({ query: { all, ...query }, url, mediaType, execute }) =>
    answerTable({
      all,
      url,
      mediaType,
      columns: LEDGER_ENTRY_COLUMNS,
      toItem: toLedgerEntry,
      read: async (wanted) => (await execute(RestLedgerDocument, { ...query, ...wanted })).entries,
    }),
});
