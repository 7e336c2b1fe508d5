import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { toCsv } from "../http/csv.ts";
import { LINK_HEADER, nextPageLink } from "../http/next-page-link.ts";
import {
  LEDGER_ENTRY_COLUMNS,
  LEDGER_ENTRY_FIELDS,
  ledgerEntry,
  toLedgerEntry,
  type LedgerEntryData,
} from "../shapes/ledger-entry.ts";
import { nextCursorOf, pageOf, pageParameters, type ConnectionData } from "../shapes/page.ts";
import { date, id, integer } from "../shapes/scalars.ts";

const LEDGER = operation(/* GraphQL */ `
  query RestLedger(
    $fundId: ID
    $accountId: ID
    $from: Date
    $to: Date
    $asOf: SafeInt
    $first: Int!
    $after: Cursor
  ) {
    entries(
      fundId: $fundId
      accountId: $accountId
      from: $from
      to: $to
      asOf: $asOf
      first: $first
      after: $after
    ) {
      nodes {
        ...LedgerEntryFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${LEDGER_ENTRY_FIELDS}
`);

interface LedgerData {
  readonly entries: ConnectionData<LedgerEntryData>;
}

/** GET /api/v1/ledger: entries with their running balance, as JSON or CSV. */
export const getLedger = defineEndpoint({
  method: "GET",
  path: "/api/v1/ledger",
  operations: [LEDGER],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json", "text/csv"],
  docs: {
    operationId: "getLedger",
    tag: "Ledger",
    summary: "Read the entries of the books",
    description:
      "Entries by fund, account, value date and book position, in the order they were recorded, so that running balances run on. `Accept: text/csv` gives the page as CSV (RFC 4180); free text that a spreadsheet would take for a formula is led by an apostrophe. The next page is in `nextCursor` and in the Link header.",
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
      "Only what was recorded up to this position of the book; needs fundId or accountId.",
    ).optional(),
    ...pageParameters,
  }),
  respond: async ({ query, url, mediaType, execute }) => {
    const { entries } = await execute<LedgerData>(LEDGER, query);
    const items = entries.nodes.map(toLedgerEntry);
    const nextCursor = nextCursorOf(entries);
    return {
      status: 200,
      headers: nextPageLink(url, nextCursor),
      body: mediaType === "text/csv" ? toCsv(LEDGER_ENTRY_COLUMNS, items) : { items, nextCursor },
    };
  },
});
