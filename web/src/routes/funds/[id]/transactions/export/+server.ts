import { AsyncResource } from "node:async_hooks";
import type { Cell } from "@allfunds/platform/sheets/cell";
import { writeCsv } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import { error } from "@sveltejs/kit";
import {
  ExportedTransactionsDocument,
  FundPositionDocument,
} from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { JOURNAL_HEADINGS, journalRows } from "#lib/server/export/journal-rows.ts";
import { readerLanguage, readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import {
  checkTransactionQuery,
  orderOf,
  readTransactionQuery,
  toTransactionFilter,
  type TransactionQuery,
} from "#lib/transaction-list/transaction-query.ts";
import type { RequestHandler } from "./$types";

const ROWS_PER_PAGE = 200;
const ABSENT = { code: "FUND_NOT_FOUND", message: "There is no fund with this id." };

const TYPES = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

/** Streams what the list of transactions shows, all pages of it, one row for each entry. */
export const GET: RequestHandler = async (event) => {
  const {
    params: { id },
    url,
  } = event;
  const asked = readTransactionQuery(url.searchParams);
  const [problem] = Object.values(
    checkTransactionQuery(asked, readerLanguage(event), await readerMessages()),
  );
  if (problem !== undefined) error(400, problem);
  const format = url.searchParams.get("format") === "xlsx" ? "xlsx" : "csv";
  // The first page is read before the response begins: what fails here is an error page.
  const book = await query(FundPositionDocument, { id });
  const { position } = required(book.data?.fund, book.problems, ABSENT);
  const read = AsyncResource.bind((after: string) => readPage(id, asked, after, position));
  const rows = rowsFrom(await readPage(id, asked, null, position), read);
  const workbook = { name: "Transactions", headings: JOURNAL_HEADINGS, rows };
  const body = format === "xlsx" ? writeWorkbook(workbook) : writeCsv(withHeadings(rows));
  return new Response(streamOf(body), {
    headers: {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="transactions.${format}"`,
      "cache-control": "private, no-store",
    },
  });
};

type Page = Awaited<ReturnType<typeof readPage>>;

/** A page of the list as the book was at a position, so that all pages agree. */
async function readPage(
  id: string,
  asked: TransactionQuery,
  after: string | null,
  knownAt: number,
) {
  const { data, problems } = await query(ExportedTransactionsDocument, {
    id,
    first: ROWS_PER_PAGE,
    after,
    filter: toTransactionFilter(asked, readerPoint()),
    order: orderOf(asked),
    knownAt,
  });
  // A partial answer would be an incomplete file that looks complete.
  return required(problems.length === 0 ? data?.fund : undefined, problems, ABSENT);
}

/** The rows of all pages. A page that cannot be read ends the download as failed. */
async function* rowsFrom(
  first: Page,
  read: (after: string) => Promise<Page>,
): AsyncGenerator<Cell[]> {
  let page = first;
  while (true) {
    for (const transaction of page.transactions.nodes) yield* journalRows(transaction);
    const { hasNextPage, endCursor } = page.transactions.pageInfo;
    if (!hasNextPage || endCursor === null) return;
    page = await read(endCursor);
  }
}

async function* withHeadings(rows: AsyncIterable<Cell[]>): AsyncGenerator<readonly Cell[]> {
  yield JOURNAL_HEADINGS;
  yield* rows;
}

/** A stream that reads on only as fast as the browser takes it. */
const streamOf = (
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
