import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { date, id, integer } from "../endpoint/scalars.ts";
import { RestLedgerDocument } from "../graph/graph-types.generated.ts";
import { toCsv } from "./csv.ts";
import { LEDGER_ENTRY_COLUMNS, ledgerEntry, toLedgerEntry } from "./ledger-entry.ts";

/** GET /api/v1/ledger: entries with their running balance, as JSON or CSV. */
export const getLedger = defineEndpoint({
  method: "GET",
  path: "/api/v1/ledger",
  operations: [RestLedgerDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json", "text/csv"],
  docs: {
    operationId: "getLedger",
    tag: "Ledger",
    summary: "Read the entries of the books",
    description:
      "Entries by fund, account, value date and book position, in the order in which they were recorded, so that the running balances continue. `Accept: text/csv` gives the page as CSV (RFC 4180); a text that a spreadsheet would run as a formula gets a leading apostrophe. The next page is in `nextCursor` and in the Link header.",
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
    ...pageParameters,
  }),
  respond: async ({ query, url, mediaType, execute }) => {
    const { entries } = await execute(RestLedgerDocument, query);
    const page = answerPage(url, entries, toLedgerEntry);
    if (mediaType !== "text/csv") return page;
    return { ...page, body: toCsv(LEDGER_ENTRY_COLUMNS, page.body.items) };
  },
});
