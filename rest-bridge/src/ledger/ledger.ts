import { setTimeout } from "node:timers/promises";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { answerPage, LINK_HEADER, nextCursorOf, pageOf, pageParameters } from "../endpoint/page.ts";
import { date, flag, id, integer } from "../endpoint/scalars.ts";
import { RestLedgerDocument, type RestLedgerQuery } from "../graph/graph-types.generated.ts";
import { csvHeader, csvRows, toCsv } from "./csv.ts";
import { LEDGER_ENTRY_COLUMNS, ledgerEntry, toLedgerEntry } from "./ledger-entry.ts";

/** GET /api/v1/ledger: entries with their running balance, as JSON or CSV. */
export const getLedger = defineEndpoint({
  method: "GET",
  path: "/api/v1/ledger",
  operations: [RestLedgerDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json", "text/csv", "application/x-ndjson"],
  docs: {
    operationId: "getLedger",
    tag: "Ledger",
    summary: "Read the entries of the books",
    description:
      "Entries by fund, account, value date and book position, in the order in which they were recorded, so that the running balances continue. `Accept: text/csv` gives the page as CSV (RFC 4180); a text that a spreadsheet would run as a formula gets a leading apostrophe. The next page is in `nextCursor` and in the Link header. `Accept: application/x-ndjson` gives one entry in JSON a line. With `all=true`, CSV and NDJSON go on to the last entry as one stream; a stream that breaks off is not complete.",
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
    all: flag("All pages in one answer, in CSV or NDJSON; `first` is not used.").default(false),
    ...pageParameters,
  }),
  respond: async ({ query: { all, ...query }, url, mediaType, execute }) => {
    const read: ReadPage = async (wanted) =>
      (await execute(RestLedgerDocument, { ...query, ...wanted })).entries;
    if (!all) {
      const page = answerPage(url, await read({}), toLedgerEntry);
      return mediaType === JSON_TYPE
        ? page
        : { ...page, body: written(mediaType, page.body.items) };
    }
    if (mediaType === JSON_TYPE) {
      throw invalidInput("all", "needs Accept: text/csv or application/x-ndjson");
    }
    // The first page is read before the answer begins, so that its refusal still has a status.
    const first = await read({ first: LARGEST_PAGE });
    return { status: 200, body: everyPage(first, read, mediaType) };
  },
});

const JSON_TYPE = "application/json";
const LARGEST_PAGE = 200;

type Page = RestLedgerQuery["entries"];
type ReadPage = (wanted: { readonly first?: number; readonly after?: string }) => Promise<Page>;
type LedgerEntry = ReturnType<typeof toLedgerEntry>;

/** Entries in CSV with its header, or in NDJSON. */
const written = (mediaType: string, items: readonly LedgerEntry[]): string =>
  mediaType === "text/csv" ? toCsv(LEDGER_ENTRY_COLUMNS, items) : ndjson(items);

const ndjson = (items: readonly LedgerEntry[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join("");

/** Every page after each other, read only as fast as the client takes them. */
async function* everyPage(
  first: Page,
  read: ReadPage,
  mediaType: string,
): AsyncGenerator<string, void> {
  if (mediaType === "text/csv") yield csvHeader(LEDGER_ENTRY_COLUMNS);
  for (let page = first; ;) {
    const items = page.nodes.map(toLedgerEntry);
    yield mediaType === "text/csv" ? csvRows(LEDGER_ENTRY_COLUMNS, items) : ndjson(items);
    const after = nextCursorOf(page);
    if (after === null) return;
    page = await afterBudget(() => read({ first: LARGEST_PAGE, after }));
  }
}

/** Waits as long as the caller's budget needs to fill again: an export is slowed down, not refused. */
async function afterBudget<Result>(act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const wait = error instanceof AppError ? error.retryAfterSeconds : undefined;
      if (wait === undefined) throw error;
      await setTimeout(wait * 1_000);
    }
  }
}
