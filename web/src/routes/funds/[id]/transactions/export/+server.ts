import { AsyncResource } from "node:async_hooks";
import type { Cell } from "@allfunds/platform/sheets/cell";
import { writeCsv } from "@allfunds/platform/sheets/csv";
import { writeWorkbook } from "@allfunds/platform/sheets/workbook";
import { error } from "@sveltejs/kit";
import {
  ExportedTransactionsDocument,
  FundPositionDocument,
  type TransactionFilter,
  type TransactionOrder,
} from "#lib/graph/graph-types.generated.ts";
import { textOf } from "#lib/forms/form-data.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { JOURNAL_HEADINGS, journalRows } from "#lib/server/export/journal-rows.ts";
import { readerLanguage, readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { idsOf } from "#lib/transaction-list/bulk-form.ts";
import {
  checkTransactionQuery,
  knownAtOf,
  orderOf,
  readTransactionQuery,
  toTransactionFilter,
} from "#lib/transaction-list/transaction-query.ts";
import type { RequestHandler } from "./$types";

const ROWS_PER_PAGE = 200;
const MOST_SELECTED = 1_000;

const TYPES = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

/** Streams what the list of transactions shows, all pages of it, one row for each entry. */
export const GET: RequestHandler = async (event) => {
  const { url } = event;
  const asked = readTransactionQuery(url.searchParams);
  const [problem] = Object.values(
    checkTransactionQuery(asked, readerLanguage(event), readerMessages()),
  );
  if (problem !== undefined) error(400, problem);
  const format = url.searchParams.get("format") === "xlsx" ? "xlsx" : "csv";
  const filter = toTransactionFilter(asked, readerPoint());
  const wanted = { filter, order: orderOf(asked), knownAt: knownAtOf(asked) };
  return download(event.params.id, wanted, format);
};

/** Streams selected transactions in the same form. */
export const POST: RequestHandler = async ({ locals: { t }, params: { id }, request }) => {
  const form = await request.formData();
  const ids = idsOf(form, MOST_SELECTED);
  if (ids === undefined) error(400, t("refused.selected"));
  const format = textOf(form, "format") === "xlsx" ? "xlsx" : "csv";
  return download(id, { filter: { ids }, order: "EFFECTIVE_DATE_DESC", knownAt: null }, format);
};

interface Wanted {
  readonly filter: TransactionFilter;
  readonly order: TransactionOrder;
  /** Null for the end of the book. */
  readonly knownAt: number | null;
}

async function download(id: string, wanted: Wanted, format: keyof typeof TYPES): Promise<Response> {
  // The first page is read before the response begins: what fails here is an error page.
  const book = await query(FundPositionDocument, { id });
  const { position: end } = required(book.data?.fund, book.problems, "fund");
  const position = wanted.knownAt ?? end;
  const read = AsyncResource.bind((after: string) => readPage(id, wanted, after, position));
  const rows = rowsFrom(await readPage(id, wanted, null, position), read);
  const workbook = { name: "Transactions", headings: JOURNAL_HEADINGS, rows };
  const body = format === "xlsx" ? writeWorkbook(workbook) : writeCsv(withHeadings(rows));
  return new Response(streamOf(body), {
    headers: {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="transactions.${format}"`,
      "cache-control": "private, no-store",
    },
  });
}

type Page = Awaited<ReturnType<typeof readPage>>;

/** A page of the list as the book was at a position, so that all pages agree. */
async function readPage(id: string, wanted: Wanted, after: string | null, knownAt: number) {
  const { data, problems } = await query(ExportedTransactionsDocument, {
    id,
    ...wanted,
    first: ROWS_PER_PAGE,
    after,
    knownAt,
  });
  // A partial answer would be an incomplete file that looks complete.
  return required(problems.length === 0 ? data?.fund : undefined, problems, "fund");
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
